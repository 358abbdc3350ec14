#pragma once

#include <map>
#include <string>
#include <vector>

/// A photo, what its capture calls it, and where the capture goes.
struct Photograph {
    std::string image;
    std::string name;
    std::string out;
};

/// The command line.
struct Options {
    std::string model;

    /// Empty for the first that takes the model.
    std::string runtime;

    /// Of 0 to 1000; 0 where it is not given.
    int threads = 0;
    int runs = 0;

    /// In the order that they were given in.
    std::vector<Photograph> photographs;
};

extern const char *const usage;

/// Throws onpar::InputError if an option is unknown, has no value, or is missing.
Options parse_options(const std::vector<std::string> &words);
