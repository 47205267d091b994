// The log of a store, judged as `inkan-verify log` judges the files of one.
#pragma once

#include <string>
#include <vector>

#include "daemon/store/store.h"
#include "policy/log/merkle_tree.h"
#include "policy/log/story/story.h"

namespace inkan::tests {

inline std::vector<std::string> faults_in_story(daemon::Store& store) {
  policy::Faults faults;
  policy::GivenObjects given;
  policy::Story story(faults, given);
  policy::LeafReader reader;
  policy::RightEdge edge;
  for (policy::LeafIndex i = 0; i < store.size(); ++i) {
    const auto leaf = *store.leaf(i);
    if (reader.read(policy::as_bytes(leaf))) faults.at(i, "it cannot be read");
    story.append(i, reader, [&] { return edge.head(); });
    edge.append(policy::hash_leaf(policy::as_bytes(leaf)));
  }
  story.finish();
  std::vector<std::string> all;
  for (const auto& fault : faults.kept()) all.push_back(fault.place + ": " + fault.what);
  for (const auto& [leaf, intent] : story.signings().open())
    all.push_back("leaf " + std::to_string(leaf) + ": no outcome of " + intent);
  return all;
}

}  // namespace inkan::tests
