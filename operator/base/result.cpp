#include "base/result.hpp"

namespace haetae {

const char* name(Code code) {
  switch (code) {
    case Code::NotFound: return "NotFound";
    case Code::Conflict: return "Conflict";
    case Code::Gone: return "Gone";
    case Code::Forbidden: return "Forbidden";
    case Code::Rejected: return "Rejected";
    case Code::Throttled: return "Throttled";
    case Code::Unreachable: return "Unreachable";
    case Code::Malformed: return "Malformed";
  }
  return "Malformed";
}

}  // namespace haetae
