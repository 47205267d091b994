// Searching the log. Leaves are in the order of their times and of their indices, so a time is found by
// halving the range; what else is asked is looked for in it, leaf by leaf, a bounded number at a time. No
// index is kept: it would cost every signature a write.
#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::LeafIndex;

namespace {

constexpr LeafIndex k_most_examined = 20'000;   // leaves, by one call
constexpr std::size_t k_most_octets = 1 << 20;  // of leaves, in one page

policy::InstantMicros time_of(Database& database, LeafIndex index) {
  auto row = database.prepare("SELECT leaf FROM leaves WHERE idx = ?");
  row.bind(index);
  if (!row.step()) throw Error(ErrorCode::ledger, "leaf " + std::to_string(index) + " is missing");
  return policy::time_in(row.text(0));
}

// The first of `size` leaves that is not before `time`; `size` if there is none.
LeafIndex first_at(Database& database, LeafIndex size, policy::InstantMicros time) {
  LeafIndex low = 0, high = size;
  while (low < high) {
    const LeafIndex middle = low + (high - low) / 2;
    if (time_of(database, middle) < time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// Nothing names a serial before its intent does; nothing if no intent ever did.
std::optional<LeafIndex> intent_of(Database& database, const policy::Serial& serial) {
  auto row = database.prepare(
      "SELECT intent FROM certificates WHERE serial = ? UNION ALL SELECT intent FROM open_intents WHERE "
      "serial = ?");
  row.bind(serial.content()).bind(serial.content());
  if (!row.step()) return std::nullopt;
  return static_cast<LeafIndex>(row.integer(0));
}

bool is_requested_by(Database& database, const std::string& identity, std::string_view leaf) {
  const auto serial = policy::certificate_in(leaf);
  if (!serial) return false;
  auto row = database.prepare(
      "SELECT requester FROM certificates WHERE serial = ? UNION ALL"
      " SELECT json_extract(context, '$.requester') FROM open_intents WHERE serial = ?");
  row.bind(serial->content()).bind(serial->content());
  return row.step() && row.text(0) == identity;
}

// The bounds of what is asked, narrowed by what the store knows. Never before the query's own begin.
void narrow(Database& database, const api::EventQuery& query, LeafIndex size, api::EventPage& page) {
  page.next = query.begin;
  page.end = std::min(query.end.value_or(size), size);
  if (query.to) page.end = std::min(page.end, first_at(database, size, *query.to));
  if (query.from) page.next = std::max(page.next, first_at(database, size, *query.from));
  if (query.filter.serial)
    page.next = std::max(page.next, intent_of(database, *query.filter.serial).value_or(page.end));
}

}  // namespace

LeafIndex Store::first_leaf_at(std::uint64_t size, policy::InstantMicros time) {
  Reading db(*this);
  return first_at(*db, size, time);
}

api::EventPage Store::events(const api::EventQuery& query) {
  const LeafIndex log_size = size();
  Reading db(*this);
  api::EventPage page;
  narrow(*db, query, log_size, page);
  const LeafIndex last = std::min(page.end, page.next + k_most_examined);
  auto rows = db->prepare("SELECT idx, leaf FROM leaves WHERE idx >= ? AND idx < ? ORDER BY idx");
  rows.bind(page.next).bind(last);
  std::size_t octets = 0;
  const auto full = [&] {
    return page.leaves.size() >= static_cast<std::size_t>(query.limit) || octets >= k_most_octets;
  };
  while (!full()) {
    if (!rows.step()) {
      page.next = std::max(page.next, last);
      break;
    }
    std::string leaf = rows.text(1);
    page.next = static_cast<LeafIndex>(rows.integer(0)) + 1;
    if (!query.filter.matches(leaf) || (query.requester && !is_requested_by(*db, *query.requester, leaf)))
      continue;
    octets += leaf.size();
    page.leaves.push_back(std::move(leaf));
  }
  return page;
}

}  // namespace inkan::daemon
