// What differs between two texts, line by line, for people.
#pragma once

#include <string>
#include <string_view>

namespace inkan::policy {

// Each line that is only in `before` as "- …", only in `after` as "+ …", up to two unchanged ones around them
// as "  …", and "  ⋮" where others are left out. Empty if nothing differs. Of texts of more
// than a thousand lines each the whole of both.
std::string line_diff(std::string_view before, std::string_view after);

}  // namespace inkan::policy
