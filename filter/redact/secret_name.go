package redact

import (
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/detect"
)

// isSecretName tells if what goes by a name is a secret. A name in which one was
// replaced is no name of one.
func isSecretName(name string) bool {
	return contrail.IsSecretName(name) && !strings.Contains(name, detect.Placeholder)
}
