#include "cli/plan.hpp"

#include <ostream>

#include "api/yaml.hpp"
#include "base/text.hpp"
#include "cli/listing.hpp"
#include "cli/report.hpp"
#include "cli/table.hpp"

namespace haetae::cli {

bool report_loading(const Loaded& loaded, const Streams& streams) {
  for (const auto& note : loaded.notes) streams.err << printable(note) << '\n';
  for (const auto& fault : loaded.faults) streams.err << printable(fault) << '\n';
  if (loaded.faults.empty()) return true;
  streams.err << count(static_cast<std::int64_t>(loaded.faults.size()), "fault") << "; nothing is planned\n";
  return false;
}

int plan(const std::vector<std::string>& paths, Form form, const Streams& streams) {
  const auto loaded = load(paths, streams.in);
  if (!report_loading(loaded, streams)) return kBadInput;
  const auto decided = domain::decide(loaded.world);
  const auto all = statuses(loaded.world, decided);
  switch (form) {
    case Form::Table: print_report(loaded.world, decided, all, streams.out); break;
    case Form::Json: streams.out << listing(loaded, all).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n'; break;
    case Form::Yaml: streams.out << api::to_yaml(listing(loaded, all)); break;
  }
  return told(all, decided).empty() ? kFine : kFindings;
}

}  // namespace haetae::cli
