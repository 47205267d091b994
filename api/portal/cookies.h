// The portal's three cookies: all that it knows of a browser, and it is the browser that keeps it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/request_head.h"

namespace inkan::api::portal {

// 256 random bits that name the browser's session; their hash binds a login's ticket to it.
constexpr std::string_view k_browser_cookie = "__Host-inkan-browser";
constexpr std::string_view k_session_cookie = "__Host-inkan-session";  // a login's ticket
// ID.TICKET.NAME: an enrolment has a name of the browser to itself, so that a login beside it takes nothing
// from it.
constexpr std::string_view k_enrolment_cookie = "__Host-inkan-enrolment";

// RFC 6265 §5.4. Nothing if it is absent, came twice (browsers send a __Host- name once), or holds anything
// but letters, digits, "-", "_" and ".": a value goes on into header fields and paths.
std::optional<std::string> find_cookie(const RequestHead& head, std::string_view name);

// A Set-Cookie value: Secure, HttpOnly, SameSite=Strict, the whole host and no other (__Host-). `kept`: how
// long; nothing: until the browser is closed.
std::string set_cookie(std::string_view name, std::string_view value,
                       std::optional<std::chrono::seconds> kept = std::nullopt);
std::string drop_cookie(std::string_view name);

struct EnrolmentTicket {
  std::string id, secret, browser;
};
std::optional<EnrolmentTicket> parse_enrolment_cookie(std::string_view value);
std::string to_cookie(const EnrolmentTicket& ticket);

}  // namespace inkan::api::portal
