#include "daemon/cli/revoke_many.h"

#include <algorithm>
#include <iostream>
#include <sstream>

#include "daemon/cli/api_client.h"
#include "daemon/cli/print.h"
#include "daemon/clock.h"
#include "policy/types/serial_list.h"

namespace inkan::daemon::cli {
namespace {

using policy::SerialList;

constexpr std::size_t k_largest_file = 4 << 20;

void require_count(std::size_t count) {
  if (count == 0) throw Failure(Exit::usage, "there is no certificate to revoke", "look at `inkan list`");
  if (count > SerialList::k_most)
    throw Failure(Exit::usage,
                  std::to_string(count) + " certificates are more than one call takes, " +
                      std::to_string(SerialList::k_most),
                  "give them by --file, in lists of so many lines");
}

// One a line; empty lines, and what follows a #, are left out.
std::vector<std::string> serials_in(const std::string& file) {
  std::vector<std::string> serials;
  std::istringstream text(read_file(file, k_largest_file));
  int number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    line.resize(std::min(line.size(), line.find('#')));
    std::erase_if(line, [](unsigned char c) { return std::isspace(c) != 0; });
    if (line.empty()) continue;
    const auto serial = policy::Serial::parse(line);
    if (!serial)
      throw Failure(
          Exit::usage,
          file + ", line " + std::to_string(number) + ": \"" + line.substr(0, 80) + "\" is no serial number",
          "give one in hexadecimal on each line, as `openssl x509 -noout -serial` prints it after the =");
    serials.push_back(serial->hex());
  }
  return serials;
}

std::vector<std::string> serials_of(ApiClient& client, const std::string& issuer) {
  std::vector<std::string> serials;
  for (const char* const status : {"valid", "not-yet-valid", "held"}) {
    std::string cursor;
    do {
      const auto page =
          client
              .get("/v1/certificates",
                   {{"authority", issuer}, {"status", status}, {"limit", "1000"}, {"cursor", cursor}})
              .body;
      for (const auto& each : page.value("items", nlohmann::json::array()))
        serials.push_back(text_at(each, "serial"));
      cursor = text_at(page, "next");
    } while (!cursor.empty());
  }
  return serials;
}

bool is_done(const std::string& outcome) {
  return outcome == "revoked" || outcome == "on-hold";
}

// Of all that an authority has issued, those that are not the caller's to revoke are left out, and told.
std::vector<std::string> allowed_of(const nlohmann::json& preview) {
  std::vector<std::string> serials;
  for (const auto& each : preview.at("items")) {
    if (is_done(text_at(each, "outcome")))
      serials.push_back(text_at(each, "serial"));
    else
      std::cerr << "note: left out: " << text_at(each, "serial") << ", " << text_at(each, "outcome")
                << (text_at(each, "detail").empty() ? "" : ": " + text_at(each, "detail")) << '\n';
  }
  return serials;
}

nlohmann::json order_of(const RevokeManyOptions& options, const std::vector<std::string>& serials,
                        bool preview) {
  require_count(serials.size());
  nlohmann::json order{{"serials", serials}, {"reason", options.reason}, {"preview", preview}};
  if (!options.invalidity_date.empty()) order["invalidity_date"] = options.invalidity_date;
  if (!options.comment.empty()) order["comment"] = options.comment;
  return order;
}

void print_report(const nlohmann::json& report, bool preview) {
  Fields fields{{"certificates", text_at(report, "count")},
                {"SHA-256 of the list", text_at(report, "sha256")}};
  for (const auto& [outcome, count] : report.at("totals").items())
    fields.emplace_back((preview && is_done(outcome) ? "would be " : "") + outcome, count.dump());
  for (const char* const member : {"id", "state", "work", "why", "expires"})
    fields.emplace_back(std::string("approval ") + member,
                        text_at(report, std::string("approval.") + member));
  print_fields(std::cout, fields);
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : report.at("items"))
    if (!is_done(text_at(each, "outcome")))
      rows.push_back({text_at(each, "serial"), text_at(each, "outcome"), text_at(each, "detail")});
  if (!rows.empty()) print_table({"SERIAL", "STAYS AS IT IS", "WHY"}, rows);
  if (preview)
    std::cout << (report.at("needs_approval").get<bool>()
                      ? "Nothing was changed. With --yes and --comment, officers are asked to approve it.\n"
                      : "Nothing was changed. With --yes it is done.\n");
  else if (report.contains("approval"))
    std::cout << "Nothing is changed until officers approve it: inkan approvals approve "
              << text_at(report, "approval.id") << '\n';
}

}  // namespace

Exit revoke_many(Context& context, const RevokeManyOptions& options) {
  context.resolve();
  ApiClient client(context);
  auto serials = options.file.empty() ? serials_of(client, options.issuer) : serials_in(options.file);
  const std::string path = "/v1/revocations";
  if (!options.issuer.empty())
    serials = allowed_of(client.post(path, order_of(options, serials, true), {}).body);
  const auto key = !options.yes ? "" : options.idempotency_key.empty() ? uuid_v4() : options.idempotency_key;
  const auto report = client.post(path, order_of(options, serials, !options.yes), key).body;
  if (context.json)
    print_json(report);
  else
    print_report(report, !options.yes);
  return Exit::ok;
}

Exit show_serials(Context& context, const std::string& approval) {
  context.resolve();
  const auto report = ApiClient(context).get("/v1/revocations/" + approval).body;
  if (context.json)
    print_json(report);
  else
    for (const auto& each : report.at("items")) std::cout << text_at(each, "serial") << '\n';
  return Exit::ok;
}

}  // namespace inkan::daemon::cli
