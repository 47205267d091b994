#include "api/http/message.h"

#include <array>
#include <cstdio>

namespace inkan::api {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";  // RFC 9112 §4: the phrase may be empty
  }
}

void append_field(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ");
  // A value never brings a line of its own, wherever it came from.
  for (const char c : value) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  text.append("\r\n");
}

}  // namespace

std::string serialize(const Response& response, const Framing& framing) {
  std::string text;
  text.reserve(512 + response.body.size());
  text.append("HTTP/1.1 ")
      .append(std::to_string(response.status))
      .append(" ")
      .append(reason(response.status))
      .append("\r\n");
  append_field(text, "Date", framing.date);
  append_field(text, "X-Request-Id", framing.request_id);
  append_field(text, "X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.fields) append_field(text, name, value);
  if (!response.content_type.empty()) append_field(text, "Content-Type", response.content_type);
  // RFC 9110 §8.6: no length on 304, where it would speak of a body that is not sent.
  if (response.source) {
    if (!framing.http10) append_field(text, "Transfer-Encoding", "chunked");
  } else if (response.status != 304) {
    append_field(text, "Content-Length",
                 std::to_string(response.shared ? response.shared->size() : response.body.size()));
  }
  if (framing.close) {
    append_field(text, "Connection", "close");
  } else if (framing.http10) {
    append_field(text, "Connection", "keep-alive");
  }
  text.append("\r\n");
  if (!framing.head && !response.source && !response.shared && response.status != 304)
    text.append(response.body);
  return text;
}

std::string chunk_of(std::string_view part) {
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", part.size());
  std::string text(size);
  return text.append(part).append("\r\n");
}

std::string http_date(policy::Instant instant) {
  constexpr std::array<const char*, 7> k_days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> k_months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  char text[48];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                k_days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                k_months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace inkan::api
