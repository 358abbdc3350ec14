"""Reports of a run: for a terminal, a CI server (JUnit), GitHub, and a browser (one HTML page).

Each reads the same `onpar.parity.judge.run.Run` and decides nothing: statuses, sentences and the
answer are the judge's. Text out of captures is untrusted, and every report shows it as text.
"""
