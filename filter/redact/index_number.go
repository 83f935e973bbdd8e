package redact

import (
	"math/big"
	"net/netip"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
)

func lengthText(length uint8) string { return strconv.Itoa(int(length)) }

// movedIndex returns the index of an address that has become another one. The
// allocation unit is what leads from the index to the address.
func movedIndex(index []byte, addr, _, mapped netip.Addr) []byte {
	was, ok := new(big.Int).SetString(string(index), 10)
	number := new(big.Int).SetBytes(addr.AsSlice())
	if !ok || was.Sign() == 0 {
		return index
	}
	unit := new(big.Int).Quo(number, was)
	if !unit.IsUint64() {
		return index
	}
	return []byte(contrail.AddressIndex(mapped, unit.Uint64()))
}
