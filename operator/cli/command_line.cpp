#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/approve.hpp"
#include "cli/explain.hpp"
#include "cli/generate.hpp"
#include "cli/plan.hpp"

namespace haetae::cli {
namespace {

constexpr const char* kAbout =
    "Haetae keeps government tenant systems redundant, placed across data centers, and handed over step by step.";
constexpr const char* kExitCodes = "Exit codes: 0 fine, 1 findings (errors and warnings alike), 2 bad input, 3 unreachable.";
constexpr const char* kFiles = "File or folder of YAML or JSON, or - for standard input; repeatable";
constexpr const char* kAboutFiles = R"(
Folders are read with all below them; names that begin with a dot are left out. What `kubectl get … -o yaml` prints
is fine as it is, status included: capacity there counts as observed, and status.placement as the placement today.
)";

constexpr const char* kPlanExamples = R"(
Examples:
  haetae plan -f fleet                    who would run where, and what is wrong
  haetae plan -f fleet -f new.yaml        with a change that is not applied yet
  helm template charts/haetae -s templates/risktiers.yaml | haetae plan -f - -f fleet
  kubectl get rt,centers,mc,ts,msp,handoffs,fleetpolicies -A -o yaml | haetae plan -f -
  haetae plan -f fleet -o yaml            the same objects with the status that the operator would write
)";
constexpr const char* kExplainExamples = R"(
Examples:
  haetae explain mois/gov24 -f fleet      why here, and why not there
)";
constexpr const char* kApproveExamples = R"(
It prints the Approval and sends nothing; create it as yourself. Admission takes no other name than your own, and no
role whose group (haetae:ROLE) you are not in.
Examples:
  kubectl get ts -A -o yaml | haetae approve -f -                 what waits, and for whom
  kubectl auth whoami                                             your own user name, and your groups
  kubectl get ts gov24 -n mois -o yaml | haetae approve tierentry-1a2b3c4d --by kim@center -f - | kubectl create -f -
)";
constexpr const char* kOperatorExamples = R"(
Examples:
  haetae operator                                     in the cluster, by the pod's own token
  haetae operator --kubeconfig ~/.kube/config --namespace haetae-system
)";

/// How many letters lie between two words, as far as a hint needs to know.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

/// ", did you mean --output?" for the nearest word that the command knows; "" where none is near.
std::string hint(const CLI::App& command, const std::string& unknown) {
  std::vector<std::string> known;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; })) known.push_back(sub->get_name());
  const auto word = unknown.substr(0, std::min<std::size_t>(unknown.find('='), 64));
  const auto nearest = std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
    return distance(a, word) < distance(b, word);
  });
  if (nearest == known.end() || distance(*nearest, word) > 3) return "";
  return ", did you mean " + *nearest + "?";
}

const CLI::App& innermost(const CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? app : *given.front();
}

std::string path(const CLI::App& command) {
  return command.get_parent() == nullptr ? command.get_name() : path(*command.get_parent()) + " " + command.get_name();
}

/// The commands and what was said to them. Lives while one command line is read and run.
class CommandLine {
 public:
  CommandLine(const Hooks& hooks, const Streams& streams) : hooks_(hooks), streams_(streams) {
    app_.require_subcommand(1);
    app_.footer(std::string("\n") + kExitCodes + "\nAs a kubectl plugin: link the binary as kubectl-haetae.");
    add_operator();
    add_plan();
    add_explain();
    add_approve();
    add_generate();
    app_.add_subcommand("version", "Print the version")->callback([this] { streams_.out << hooks_.version << '\n'; });
  }

  int run(std::vector<std::string> arguments) {
    if (is_for_the_operator(arguments)) return hand_over(std::move(arguments));
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    try {
      app_.parse(arguments);
      return code_;
    } catch (const CLI::Success& asked) {
      return app_.exit(asked, streams_.out, streams_.err);
    } catch (const CLI::ParseError& error) {
      return refuse(innermost(app_), error.what());
    }
  }

 private:
  // The flags of the operator are settings' own: they are read there, each once for flag and environment.
  static bool is_for_the_operator(const std::vector<std::string>& arguments) {
    return !arguments.empty() && arguments.front() == "operator";
  }

  int hand_over(std::vector<std::string> arguments) {
    arguments.erase(arguments.begin());
    const auto asks_help = [](const std::string& a) { return a == "--help" || a == "-h"; };
    if (std::any_of(arguments.begin(), arguments.end(), asks_help)) {
      streams_.out << "Run the operator until it is told to stop (SIGTERM).\nUsage: haetae operator [FLAGS]\n\n"
                   << "Flags, each with its environment variable (the flag wins):\n"
                   << hooks_.operator_help << kOperatorExamples;
      return kFine;
    }
    return hooks_.run_operator(arguments);
  }

  /// A word that nobody knows explains more than what is missing for it.
  int refuse(const CLI::App& command, std::string why) {
    const auto unknown = app_.remaining(true);
    if (!unknown.empty()) why = "unknown argument " + unknown.front() + hint(command, unknown.front());
    streams_.err << path(command) << ": " << why << "\nSee `" << path(command) << " --help`.\n";
    return kBadInput;
  }

  void add_operator() { app_.add_subcommand("operator", "Run the operator"); }

  void add_plan() {
    auto* plan = app_.add_subcommand("plan", "Show where every system goes, why, and what is wrong; changes nothing");
    add_files(*plan);
    plan->add_option("-o,--output", form_, "table for people; json or yaml for machines")
        ->transform(CLI::CheckedTransformer(forms(), CLI::ignore_case))
        ->option_text("table|json|yaml");
    plan->footer(std::string(kAboutFiles) + kPlanExamples + "\n" + kExitCodes);
    plan->callback([this] { code_ = cli::plan(files_, form_, streams_); });
  }

  void add_explain() {
    auto* explain = app_.add_subcommand("explain", "Say why a system is where it is, and why not elsewhere");
    explain->add_option("system", system_, "The system")->required()->option_text("AGENCY/SYSTEM");
    add_files(*explain);
    explain->footer(std::string(kAboutFiles) + kExplainExamples + "\n" + kExitCodes);
    explain->callback([this] { code_ = cli::explain(system_, files_, streams_); });
  }

  void add_approve() {
    auto* approve = app_.add_subcommand("approve", "Fill in the form of an Approval, or list what waits for one");
    approve->add_option("step", approve_.step, "The step, as status.steps names it; without it, all that wait are listed");
    add_files(*approve);
    approve->add_option("--by", approve_.by, "Your own user name")->option_text("USER");
    approve->add_option("--role", approve_.role, "As what you decide, where the step takes more than one role")
        ->option_text("agency|center|security|provider|incident");
    approve->add_option("--reason", approve_.reason, "Why, for those who read it later");
    approve->add_flag("--reject", approve_.reject, "Reject it instead");
    approve->add_option("--valid-for", valid_for_, "From then on it counts for nothing, if it was not used before")
        ->option_text("DURATION (default: 24h)");
    approve->add_option("--namespace", approve_.home, "The operator's namespace in the hub")
        ->option_text("NAMESPACE (default: haetae-system)");
    approve->footer(std::string(kApproveExamples) + "\n" + kExitCodes);
    approve->callback([this, approve] {
      const auto length = parse_go_duration(valid_for_);
      if (!length || *length < std::chrono::minutes(1)) code_ = refuse(*approve, "--valid-for: is not a duration of at least 1m");
      else if (!approve_.step.empty() && approve_.by.empty()) code_ = refuse(*approve, "--by is needed: your own user name");
      else {
        approve_.valid_for = *length;
        code_ = cli::approve(approve_, files_, SystemClock(), streams_);
      }
    });
  }

  void add_generate() {
    auto* generate = app_.add_subcommand("generate", "Write CRDs, chart parts and API reference from the field lists");
    generate->add_option("--root", root_, "The repository to write into")->option_text("DIR (default: here)");
    generate->add_flag("--check", check_, "Write nothing; say what is out of step, exit code 1 where anything is");
    generate->callback([this] { code_ = cli::generate(root_, check_, streams_.out); });
  }

  void add_files(CLI::App& command) {
    command.add_option("-f,--file", files_, kFiles)->required()->allow_extra_args(false)->option_text("PATH");
  }

  static std::map<std::string, Form> forms() {
    return {{"table", Form::Table}, {"json", Form::Json}, {"yaml", Form::Yaml}};
  }

  const Hooks& hooks_;
  const Streams& streams_;
  CLI::App app_{kAbout, "haetae"};
  std::vector<std::string> files_{};
  std::string system_{};
  ApproveWish approve_{};
  std::string valid_for_{"24h"};
  std::string root_{"."};
  bool check_{false};
  Form form_{Form::Table};
  int code_{kFine};
};

}  // namespace

int run(const std::vector<std::string>& arguments, const Hooks& hooks, const Streams& streams) {
  return CommandLine(hooks, streams).run(arguments);
}

}  // namespace haetae::cli
