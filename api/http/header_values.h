// The field values this edge acts on, read by their grammars: lists of tokens, quality values, entity tags,
// Idempotency-Key and traceparent. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inkan::api {

std::string_view trim(std::string_view text);  // without OWS at either end, RFC 9110 §5.6.3
bool is_token(std::string_view text);          // RFC 9110 §5.6.2
bool lists_token(std::string_view list,
                 std::string_view token);  // "close, x": case-insensitive, `token` lower case

// RFC 9110 §12.5.1: which of `offered` ("application/json") the Accept value prefers; ties go to the earlier.
// Nothing if it takes none. An absent or unreadable value takes the first.
std::optional<std::size_t> preferred_media(const std::string* accept,
                                           const std::vector<std::string_view>& offered);

enum class Language { english, japanese };
Language preferred_language(
    const std::string* accept_language);  // RFC 9110 §12.5.4; English unless Japanese leads

// RFC 9110 §13.1.2: true if the If-None-Match value names `etag` (quotes included) or is "*". Weak
// comparison.
bool names_etag(std::string_view if_none_match, std::string_view etag);

// A media type's essence, "application/json" from "Application/JSON; charset=utf-8", or nothing if it is
// malformed, or its charset is another than UTF-8.
std::optional<std::string> media_type(std::string_view content_type);

// The key's characters: bare or a quoted string, 1..255 visible ASCII characters other than quotes. Nothing
// otherwise.
std::optional<std::string> idempotency_key(std::string_view value);

// RFC 7240 §4.3: the seconds of `wait` in the Prefer value; 0 if it asks for none or cannot be read, for a
// preference may be ignored.
int preferred_wait(const std::string* prefer);

// The trace id of a W3C traceparent (Trace Context §3.2), or empty if it is not well-formed: then it is to be
// ignored.
std::string trace_id(const std::string* traceparent);

}  // namespace inkan::api
