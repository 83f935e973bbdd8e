package validate

import "github.com/dumptool/dumptool/contrail"

// typeInfo is what is to be known of the objects of a type.
type typeInfo struct {
	model   *contrail.ObjectType // nil if the model doesn't know it
	exact   bool                 // the model has it under this very name
	named   bool                 // they are looked up by name
	stored  map[string]bool      // the columns that are stored
	address map[string]bool      // the columns that travel with addresses; nil if they have none
	count   int64
	number  uint64 // of the name, among texts; 0 if it has none yet
}

// typeInfos finds what is known of types.
type typeInfos struct {
	byName map[string]*typeInfo
}

// manyTypes is how many types are told apart. The model has some hundred.
const manyTypes = 1 << 14

func (t *typeInfos) info(typ string) *typeInfo {
	if x := t.byName[typ]; x != nil {
		return x
	}
	if t.byName == nil {
		t.byName = map[string]*typeInfo{}
	}
	model, ok := contrail.LookupType(typ)
	x := &typeInfo{named: namedTypes[typ], address: ofAddresses[typ]}
	if ok {
		x.model = model
		x.exact = model.Name() == typ || contrail.NormalizeType(typ) != typ
	}
	if x.stored = inStore[typ]; x.stored == nil {
		x.stored = addressColumns[typ]
	}
	if len(t.byName) >= manyTypes {
		return x // counted nowhere: nobody asks how many there are of such types
	}
	t.byName[typ] = x
	return x
}
