// Names and alternative names: what parses can be built again, and means the same.
#include <cstdlib>

#include "policy/x509/general_name.h"
#include "policy/x509/name.h"

using namespace inkan::policy;

namespace {

void check_name(BytesView input) {
  const Name parsed = Name::parse(input);
  if (!equal(parsed.der(), input)) std::abort();
  (void)parsed.text();
  const auto built = Name::build(parsed.attributes());
  if (!denied(built) && Name::parse(std::get<Name>(built).der()).attributes() != parsed.attributes())
    std::abort();
}

void check_general_names(BytesView input) {
  const auto names = parse_general_names(input);
  for (const auto& each : names)
    if (each.kind == GeneralNameKind::other) return;
  if (parse_general_names(encode_general_names(names)) != names) std::abort();
}

template <class Act>
void attempt(Act act, BytesView input) {
  try {
    act(input);
  } catch (const der::Malformed&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  attempt(check_name, BytesView(data, size));
  attempt(check_general_names, BytesView(data, size));
  return 0;
}
