// The ledger read as events: pages for a program, exports of any size for an auditor's own tools.
#include <algorithm>
#include <charconv>
#include <limits>

#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/json/event_csv.h"
#include "api/query.h"

namespace inkan::api {
namespace {

using policy::LeafIndex;

enum class Form { json, jsonl, csv };  // in the order of the route's `produces`

constexpr std::uint64_t k_most = std::numeric_limits<std::int64_t>::max();
constexpr int k_page = 1000;  // of an export, from the port
constexpr std::chrono::seconds k_longest_wait{25};

// A cursor is the index to go on from. Opaque: it may become something else.
std::string to_cursor(LeafIndex next) {
  char text[16];
  const auto [end, error] = std::to_chars(text, text + sizeof text, next, 36);
  return error == std::errc() ? std::string(text, end) : "";
}

std::optional<LeafIndex> parse_cursor(const std::string& text) {
  LeafIndex next = 0;
  const auto* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, next, 36);
  return error == std::errc() && end == last && next <= k_most ? std::optional(next) : std::nullopt;
}

bool is_type(const std::string& text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || c == '.' || c == '_';
         });
}

policy::EventFilter read_event_filter(QueryReader& query) {
  policy::EventFilter filter;
  filter.actor = query.text("actor");
  filter.type = query.text("type");
  filter.outcome = query.text("outcome");
  if (filter.type && !is_type(*filter.type))
    query.fail("type", "is neither a type such as cert.issue nor a beginning such as \"cert.\"");
  if (filter.outcome && *filter.outcome != "success" && *filter.outcome != "failure" &&
      *filter.outcome != "denied")
    query.fail("outcome", "is none of success, failure, denied");
  if (const auto serial = query.text("serial")) {
    filter.serial = policy::Serial::parse(*serial);
    if (!filter.serial) query.fail("serial", "is not a serial number in hexadecimal digits");
  }
  if (const auto key = query.text("key")) {
    filter.key = policy::KeyId::from_hex(*key);
    if (!filter.key) query.fail("key", "is not a key id: 32 hexadecimal digits");
  }
  return filter;
}

EventQuery read_query(const Exchange& exchange, QueryReader& query) {
  EventQuery asked;
  asked.filter = read_event_filter(query);
  asked.from = query.moment("from");
  asked.to = query.moment("to");
  if (const auto after = query.number("after", 0, k_most - 1)) asked.begin = *after + 1;
  if (const auto cursor = query.text("cursor")) {
    const auto next = parse_cursor(*cursor);
    if (!next) query.fail("cursor", "is not one this API gave: take it from `next` of the page before");
    asked.begin = std::max(asked.begin, next.value_or(0));
  }
  const auto& identity = exchange.call.identity;
  if (identity.role() == policy::Role::web_tier) asked.requester = identity.id();
  return asked;
}

// The leaves stand in the page as they were hashed, octet for octet.
Response page_response(const Request& request, const EventPage& page) {
  std::string body = "{\"items\":[";
  for (std::size_t i = 0; i < page.leaves.size(); ++i) body.append(i ? "," : "").append(page.leaves[i]);
  const bool more = page.next < page.end;
  const auto cursor = to_cursor(page.next);
  body.append("],\"next\":").append(more ? "\"" + cursor + "\"" : "null");
  body.append(",\"after\":").append(page.next ? std::to_string(page.next - 1) : "null").append("}");
  Response response{200, "application/json", std::move(body), {}};
  response.with("Cache-Control", "no-store");
  return more ? response.with("Link", next_link(request, cursor)) : response;
}

// An export, read page by page while it is sent. It ends where the log ended when the first page was read.
class Export {
 public:
  Export(const Exchange& exchange, EventQuery query, std::uint64_t limit, Form form)
      : authority_(exchange.authority),
        call_(exchange.call),
        query_(std::move(query)),
        left_(limit),
        form_(form) {}

  std::optional<std::string> next() {
    std::string part = std::exchange(begun_, true) || form_ != Form::csv ? "" : event_csv_header();
    if (done_) return part.empty() ? std::nullopt : std::optional(part);
    query_.limit = static_cast<int>(std::min<std::uint64_t>(left_, k_page));
    const auto page = authority_.events(call_, query_);
    for (const auto& leaf : page.leaves) part += form_ == Form::csv ? event_csv_record(leaf) : leaf + "\n";
    left_ -= page.leaves.size();
    query_.begin = page.next;
    query_.end = page.end;
    done_ = page.next >= page.end || left_ == 0;
    return part;
  }

 private:
  Authority& authority_;
  const Call call_;
  EventQuery query_;
  std::uint64_t left_;
  Form form_;
  bool begun_ = false, done_ = false;
};

}  // namespace

Answer list_events(const Exchange& exchange) {
  const Form form{static_cast<int>(exchange.media)};
  QueryReader query(exchange.request.target.query);
  auto asked = read_query(exchange, query);
  const auto limit = query.number("limit", 1, form == Form::json ? 1000 : k_most);
  if (auto problem = query.finish()) return *problem;
  if (form == Form::json) {
    asked.limit = static_cast<int>(limit.value_or(100));
    const std::chrono::seconds wait(preferred_wait(exchange.request.head.find("prefer")));
    asked.wait = std::min(wait, k_longest_wait);
    return page_response(exchange.request, exchange.authority.events(exchange.call, asked));
  }
  Response response{
      200, form == Form::csv ? "text/csv; charset=utf-8; header=present" : "application/jsonl", "", {}};
  response.with("Cache-Control", "no-store");
  auto source = std::make_shared<Export>(exchange, std::move(asked), limit.value_or(k_most), form);
  response.source = [source] { return source->next(); };
  return response;
}

}  // namespace inkan::api
