#include "api/http/header_values.h"

#include <algorithm>
#include <charconv>

namespace inkan::api {
std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_fold(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() && std::equal(text.begin(), text.end(), lower_case.begin(),
                                                        [](char a, char b) { return lower(a) == b; });
}

// Calls `use` with each trimmed, non-empty part. Quoted strings hold no separator in any value read here.
template <class Use>
void for_each_part(std::string_view text, char separator, Use use) {
  while (true) {
    const auto end = text.find(separator);
    if (const auto part = trim(text.substr(0, end)); !part.empty()) use(part);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

// RFC 9110 §12.4.2 in thousandths; 0 for what is not a weight.
int weight(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  int value = (text[0] - '0') * 1000;
  if (text.size() == 1) return value;
  if (text[1] != '.' || text.size() > 5) return 0;
  int scale = 100;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return 0;
    value += (c - '0') * scale;
    scale /= 10;
  }
  return std::min(value, 1000);
}

struct Weighted {
  std::string_view range;
  int weight = 1000;
};

Weighted weighted(std::string_view part) {
  Weighted result;
  bool first = true;
  for_each_part(part, ';', [&](std::string_view piece) {
    if (first) {
      result.range = piece;
    } else if (piece.size() > 2 && lower(piece[0]) == 'q' && piece[1] == '=') {
      result.weight = weight(piece.substr(2));
    }
    first = false;
  });
  return result;
}

// How closely `range` names `media`: 3 exactly, 2 by type, 1 by "*/*", 0 not at all.
int closeness(std::string_view range, std::string_view media) {
  if (equal_fold(range, media)) return 3;
  if (range == "*/*" || range == "*") return 1;
  const auto slash = media.find('/');
  return range.ends_with("/*") && equal_fold(range.substr(0, range.size() - 1), media.substr(0, slash + 1))
             ? 2
             : 0;
}

int accept_weight(std::string_view accept, std::string_view media) {
  int closest = 0, result = 0;
  for_each_part(accept, ',', [&](std::string_view part) {
    const auto entry = weighted(part);
    const int close = closeness(entry.range, media);
    if (close <= closest) return;
    closest = close;
    result = entry.weight;
  });
  return result;
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool lists_token(std::string_view list, std::string_view token) {
  bool found = false;
  for_each_part(list, ',', [&](std::string_view part) { found = found || equal_fold(part, token); });
  return found;
}

std::optional<std::size_t> preferred_media(const std::string* accept,
                                           const std::vector<std::string_view>& offered) {
  if (!accept || trim(*accept).empty()) return 0;
  std::optional<std::size_t> best;
  int best_weight = 0;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const int value = accept_weight(*accept, offered[i]);
    if (value <= best_weight) continue;
    best = i;
    best_weight = value;
  }
  return best;
}

int preferred_wait(const std::string* prefer) {
  constexpr std::string_view k_wait = "wait=";
  int seconds = 0;
  if (!prefer) return seconds;
  for_each_part(*prefer, ',', [&](std::string_view part) {
    if (!equal_fold(part.substr(0, k_wait.size()), k_wait)) return;
    const auto value = part.substr(k_wait.size());
    const auto* const end = value.data() + value.size();
    int read = 0;
    const auto result = std::from_chars(value.data(), end, read);
    if (result.ec == std::errc() && result.ptr == end && read > 0) seconds = read;
  });
  return seconds;
}

Language preferred_language(const std::string* accept_language) {
  if (!accept_language) return Language::english;
  int english = 0, japanese = 0;
  for_each_part(*accept_language, ',', [&](std::string_view part) {
    const auto entry = weighted(part);
    const auto primary = entry.range.substr(0, entry.range.find('-'));
    if (equal_fold(primary, "ja")) japanese = std::max(japanese, entry.weight);
    if (equal_fold(primary, "en")) english = std::max(english, entry.weight);
  });
  // Equal weights: the order of the list decides, as browsers write it.
  const auto ja = accept_language->find("ja"), en = accept_language->find("en");
  if (japanese == english) return japanese > 0 && ja < en ? Language::japanese : Language::english;
  return japanese > english ? Language::japanese : Language::english;
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  bool found = false;
  for_each_part(if_none_match, ',', [&](std::string_view part) {
    if (part.starts_with("W/")) part.remove_prefix(2);
    found = found || part == etag || part == "*";
  });
  return found;
}

std::optional<std::string> media_type(std::string_view content_type) {
  std::string essence;
  bool well_formed = true;
  for_each_part(content_type, ';', [&](std::string_view piece) {
    if (essence.empty()) {
      for (const char c : piece) essence += lower(c);
    } else if (const auto equals = piece.find('='); equals == std::string_view::npos) {
      well_formed = false;
    } else if (equal_fold(trim(piece.substr(0, equals)), "charset")) {
      const auto charset = trim(piece.substr(equals + 1));
      well_formed = well_formed && (equal_fold(charset, "utf-8") || equal_fold(charset, "\"utf-8\""));
    }
  });
  const auto slash = essence.find('/');
  if (!well_formed || slash == std::string::npos || !is_token(std::string_view(essence).substr(0, slash)) ||
      !is_token(std::string_view(essence).substr(slash + 1)))
    return std::nullopt;
  return essence;
}

std::optional<std::string> idempotency_key(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  const bool visible =
      std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c <= '~' && c != '"'; });
  if (value.empty() || value.size() > 255 || !visible) return std::nullopt;
  return std::string(value);
}

std::string trace_id(const std::string* traceparent) {
  if (!traceparent || traceparent->size() < 55) return "";
  const std::string_view text = *traceparent;
  const auto version = text.substr(0, 2), trace = text.substr(3, 32), parent = text.substr(36, 16);
  const bool shaped = text[2] == '-' && text[35] == '-' && text[52] == '-' && is_lower_hex(version) &&
                      is_lower_hex(trace) && is_lower_hex(parent) && is_lower_hex(text.substr(53, 2));
  // Version 00 has exactly four parts; a later one may go on after another dash. All zeroes are invalid.
  const bool ends = text.size() == 55 || (version != "00" && text[55] == '-');
  const bool zero = trace.find_first_not_of('0') == std::string_view::npos ||
                    parent.find_first_not_of('0') == std::string_view::npos;
  return shaped && ends && !zero && version != "ff" ? std::string(trace) : "";
}

}  // namespace inkan::api
