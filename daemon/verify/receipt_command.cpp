#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "daemon/verify/commands.h"
#include "daemon/verify/files.h"
#include "daemon/verify/given_files.h"
#include "daemon/verify/witnesses.h"
#include "policy/log/event_type.h"
#include "policy/log/leaf_reader.h"
#include "policy/log/receipt.h"
#include "policy/log/story/leaf_values.h"
#include "policy/log/verifier.h"
#include "policy/types/error.h"

namespace inkan::daemon::verify {
namespace {

constexpr std::size_t k_max_receipt = std::size_t{1} << 20;

struct ReceiptOptions {
  std::filesystem::path file, certificate;
  std::string key;
  WitnessOptions witnesses;
};

// Nothing if the certificate is the one whose issue the leaf tells of.
std::optional<std::string> fault_of_certificate(const std::filesystem::path& file,
                                                const policy::LeafReader& leaf) {
  const auto object = read_first_given(file);
  if (leaf.text("type") != policy::name(policy::EventType::cert_issue))
    return std::string("its leaf does not tell of a certificate's issue");
  if (policy::read_octets<policy::Sha256>(leaf.text("detail", "sha256")) != object.sha256)
    return "its leaf tells of another certificate than " + file.string();
  if (leaf.text("detail", "serial") != object.serial)
    return "its leaf names another serial than " + file.string();
  return std::nullopt;
}

std::optional<std::string> fault_in_all(const policy::Receipt& receipt, const policy::NoteVerifier& verifier,
                                        policy::LeafReader& leaf, const ReceiptOptions& options) {
  if (auto fault = policy::fault_in(receipt, verifier)) return fault;
  if (const auto refused = leaf.read(receipt.leaf))
    return std::string("its leaf is not in canonical form: ") + refused->what;
  if (leaf.number("index") != receipt.index) return std::string("its leaf names another index");
  return options.certificate.empty() ? std::nullopt : fault_of_certificate(options.certificate, leaf);
}

Exit judge(const ReceiptOptions& options) {
  const auto verifier = policy::parse_verifier_key(options.key);
  const std::string text = read_file(options.file, k_max_receipt);
  policy::LeafReader leaf;
  std::optional<policy::Receipt> receipt;
  std::optional<std::string> fault;
  WitnessFindings witnesses = look_for_witnesses(options.witnesses, "");  // options are judged first
  try {
    receipt = policy::Receipt::parse(text);
    fault = fault_in_all(*receipt, verifier, leaf, options);
    witnesses = look_for_witnesses(options.witnesses, receipt->checkpoint);
    if (!fault && witnesses.fault) fault = "its checkpoint: " + *witnesses.fault;
  } catch (const policy::Error& error) {
    if (receipt) throw;  // the certificate's file, not the receipt
    fault = error.what();
  }
  if (fault) {
    std::cout << "BAD: " << *fault << '\n';
    return Exit::bad;
  }
  std::cout << "GOOD: leaf " << receipt->index << " stands in the log of " << verifier.origin() << '\n'
            << policy::as_text(receipt->leaf) << '\n';
  for (const auto& each : witnesses.each) std::cout << "witness " << words_of(each) << '\n';
  return Exit::good;
}

}  // namespace

void add_receipt(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<ReceiptOptions>();
  CLI::App* command = app.add_subcommand("receipt", "Judge a receipt: that its leaf stands in the ledger");
  command->add_option("file", options->file, "The receipt (C2SP tlog-proof, with the leaf in `extra`)")
      ->required();
  command->add_option("--verifier-key", options->key, "The ledger's verifier key as you know it")->required();
  command->add_option("--certificate", options->certificate,
                      "The certificate whose issue it must tell of, PEM (its chain may follow) or DER");
  add_witness_options(*command, options->witnesses);
  command->callback([options, &exit] { exit = judge(*options); });
}

}  // namespace inkan::daemon::verify
