"""Android: its app as an APK, what Maven fetches for it, and phones on a cable."""
