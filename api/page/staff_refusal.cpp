#include "api/page/staff_refusal.h"

namespace inkan::api {
namespace {

struct Words {
  const char *title, *next, *number;
};

constexpr Words k_certificate_ja = {
    "職員用の電子証明書が必要です",
    "電子証明書が選択されていないか、有効期限が切れているか、職員用のものではありません。ブラウザをすべて閉じ"
    "て"
    "開き直し、職員用の電子証明書を選択してください。続く場合は、責任者に登録を確かめてください。",
    "お問い合わせ番号"};
constexpr Words k_certificate_en = {"A staff certificate is needed",
                                    "No certificate is chosen, or it has expired, or it is not one of the "
                                    "bank's staff. Close every window of "
                                    "the browser, open it again and choose your staff certificate. If it "
                                    "goes on, ask the officers whether it "
                                    "is registered.",
                                    "Inquiry number"};
constexpr Words k_failure_ja = {
    "ただいま利用できません",
    "しばらくしてから、もう一度開いてください。続く場合は、管理者に連絡してください。", "お問い合わせ番号"};
constexpr Words k_failure_en = {"This cannot be used just now",
                                "Open it again in a while. If it goes on, tell the operator.",
                                "Inquiry number"};

const Words& words_for(int status, bool japanese) {
  if (status == 401 || status == 403) return japanese ? k_certificate_ja : k_certificate_en;
  return japanese ? k_failure_ja : k_failure_en;
}

}  // namespace

bool wants_page(const RequestHead& head) {
  const auto* accept = head.find("accept");
  return head.method == "GET" && accept && accept->find("text/html") != std::string::npos;
}

Response staff_refusal(const Problem& problem, Language language, const std::string& request_id) {
  const bool japanese = language == Language::japanese;
  const auto& words = words_for(status_of(problem.type), japanese);
  // Nothing of the request is in it: the id is ours.
  const std::string body = std::string("<!doctype html>\n<html lang=\"") + (japanese ? "ja" : "en") +
                           "\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                           "content=\"width=device-width, initial-scale=1\"><title>" +
                           words.title + "</title>\n<main><h1>" + words.title + "</h1><p>" + words.next +
                           "</p><p>" + words.number + ": " + request_id + "</p></main></html>\n";
  Response response{status_of(problem.type), "text/html; charset=utf-8", body, problem.fields};
  response.with("Cache-Control", "no-store")
      .with("Content-Language", japanese ? "ja" : "en")
      .with("Vary", "Accept, Accept-Language");
  response.close = true;
  return response;
}

}  // namespace inkan::api
