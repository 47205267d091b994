// A log that is read as it is written.
#pragma once

#include <gtest/gtest.h>

#include "policy/log/story/story.h"
#include "tests/support/log_story.h"

namespace inkan::test {

struct StoryReading {
  explicit StoryReading(bool set_up_ended = true)
      : story(faults, given),
        log([this](policy::LeafIndex index, const std::string& leaf) { read(index, leaf); }) {
    log.set_up(set_up_ended);
  }
  void read(policy::LeafIndex index, const std::string& leaf) {
    ASSERT_FALSE(reader.read(policy::as_bytes(leaf))) << leaf;
    story.append(index, reader, [this] { return log.head(); });
  }
  std::vector<std::string> end() {
    story.finish();
    std::vector<std::string> all;
    for (const auto& fault : faults.kept()) all.push_back(fault.place + ": " + fault.what);
    return all;
  }

  policy::Faults faults;
  policy::GivenObjects given;
  policy::Story story;
  policy::LeafReader reader;
  LogStory log;
};

}  // namespace inkan::test
