// Loads each file with the libtorch of this machine, and says `loads` or libtorch's own words.
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <iostream>
#include <string>

int main(int count, char** words) {
  for (int index = 1; index < count; ++index) {
    const std::string path = words[index];
    const bool bytecode = path.size() > 4 && path.substr(path.size() - 4) == ".ptl";
    try {
      if (bytecode) {
        torch::jit::_load_for_mobile(path);
      } else {
        torch::jit::load(path);
      }
      std::cout << "loads" << std::endl;
    } catch (const std::exception& error) {
      std::string said = error.what();
      for (char& letter : said) {
        if (letter == '\n') letter = ' ';
      }
      std::cout << said << std::endl;
    }
  }
}
