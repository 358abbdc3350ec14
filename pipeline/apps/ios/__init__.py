"""The iOS app from a Mac: Xcode's tools for simulators and for iPhones."""
