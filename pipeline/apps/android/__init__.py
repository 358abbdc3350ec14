"""Android: the app as an APK, the files that Maven fetches for it, and connected phones."""
