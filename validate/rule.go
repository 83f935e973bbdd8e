package validate

import (
	"slices"
	"strings"
)

// Rule is one condition. It says what it looks at by the functions that are set: the driver calls them with what it has
// read or joined, and joins no more than some rule wants.
type Rule struct {
	ID       string
	Severity Severity
	Check    string // of M-*: the check of the original tool; else the chapter of the catalogue
	Class    string // of M-*: the original's class of error
	Title    string // the condition, in a line
	Doc      string // why it matters and what exactly is looked at
	Fix      string // what a repair does about it; empty: that is for people to decide
	// Heal and Clean name the repairs of the original that the fix is, without heal_ and clean_.
	Heal, Clean string
	// FixedBy lists the rules whose edits mend its findings.
	FixedBy []string
	// Live tells that the rule needs a live system, Target that it needs to know the target of the restore.
	Live, Target bool
	// Problem tells that the reader finds it (dump.Problem).
	Problem bool
	// Keeps names the columns of obj_uuid_table whose content the rule reads: prop:NAME, propl:NAME, ref:TYPE and so on.
	Keeps []string

	// Of names the types of the rows that Entity is called with.
	Of []string

	// Looks names the columns of obj_uuid_table that Column is called with, as Keeps does. Without it Column is called with
	// those that are odd in any way: see Column.
	Looks []string

	Cell     func(*Report, *Cell)        // each cell of every table that is odd: see Cell
	Column   func(*Report, *Column)      // each cell of obj_uuid_table that is odd, or that Looks names
	Row      func(*Report, *Row)         // each row of obj_uuid_table, at its end
	Later    func(*Report, *Row)         // each row that Row has asked for again (later), when all rows can be looked up
	Index    func(*Report, *Entry)       // each cell of obj_fq_name_table that is odd: without a uuid, or not null
	Share    func(*Report, *Sharing)     // each cell of obj_shared_table, and each that perms2 wants, joined
	Node     func(*Report, *Node)        // each node of ZooKeeper
	Paths    func(*Report, *Path)        // each path that is listed and has nodes below it, or is odd in itself: see Path
	Whole    func(*Report, *Inventory)   // the dump as a whole, after it was read
	Link     func(*Report, *Link)        // each link that its other end doesn't confirm
	Identity func(*Report, *Identity)    // each uuid whose index entry or lock isn't exactly what it should be
	Name     func(*Report, *Namesakes)   // each name that occurs more than once
	Spelling func(*Report, *Spelling)    // each name that another one is in another normal form of Unicode
	Ancestry func(*Report, *Ancestry)    // each row with an absent ancestor, or that is its own
	Entity   func(*Report, *Row)         // each row of the types that Of names, when all rows can be looked up
	Number   func(*Report, *Number)      // each number of an allocator, with holders and nodes
	Owner    func(*Report, *NumberOwner) // each owner of several numbers of an allocator
	System   func(*Report, *System)      // each number of a system route target, with all that says who owns it
	Network  func(*Report, *Network)     // each virtual network with its subnets
	SubnetID func(*Report, *SubnetID)    // each uuid of a subnet, with where it stands
	Held     func(*Report, *Held)        // each address of an instance, floating or alias IP
	Lock     func(*Report, *Lock)        // each address, with who holds it and who locks it
	Locked   func(*Report, *Locked)      // each subnet with addresses, and what ZooKeeper has of it
	MAC      func(*Report, *MAC)         // each MAC address of a network
	Upper    func(*Report, *UpperKey)    // each row whose key is a uuid in upper case, and each place that names one
	Servers  func(*Report, *Servers)     // the servers of the live system
}

// rules are all rules in the order of their ids. Each file of a rule adds its own.
var rules []*Rule

// add puts a rule into the list. It is called while variables are initialised, once for each rule.
func add(r Rule) *Rule { //nolint:unparam // a variable needs a value
	i, found := slices.BinarySearchFunc(rules, r.ID, func(x *Rule, id string) int { return compareIDs(x.ID, id) })
	if found {
		panic("two rules " + r.ID)
	}
	rules = slices.Insert(rules, i, &r)
	return &r
}

// compareIDs orders ids by chapter, then by number: B-OBJ-2 before B-OBJ-10.
func compareIDs(a, b string) int {
	split := func(id string) (string, int, string) {
		i := strings.LastIndexByte(id, '-')
		return id[:i+1], len(id) - i, id[i+1:]
	}
	chapter, digits, number := split(a)
	otherChapter, otherDigits, otherNumber := split(b)
	if c := strings.Compare(chapter, otherChapter); c != 0 {
		return c
	}
	if digits != otherDigits {
		return digits - otherDigits
	}
	return strings.Compare(number, otherNumber)
}

// Rules returns all rules in the order of their ids.
func Rules() []*Rule { return slices.Clone(rules) }

// Lookup finds a rule by its id, in either case.
func Lookup(id string) (*Rule, bool) {
	i, found := slices.BinarySearchFunc(rules, strings.ToUpper(id), func(x *Rule, id string) int { return compareIDs(x.ID, id) })
	if !found {
		return nil, false
	}
	return rules[i], true
}

// Select returns the rules that a list of patterns names: an id, or the beginning of one that ends before a hyphen
// (M, B-ZK), in either case. The second result is the first pattern that names none.
func Select(patterns []string) (selected map[*Rule]bool, unknown string) {
	selected = map[*Rule]bool{}
	for _, p := range patterns {
		prefix := strings.ToUpper(strings.TrimSuffix(p, "-")) + "-"
		found := false
		for _, r := range rules {
			if strings.HasPrefix(r.ID+"-", prefix) {
				selected[r] = true
				found = true
			}
		}
		if !found {
			return nil, p
		}
	}
	return selected, ""
}

// Report takes the findings of one rule.
type Report struct {
	Rule *Rule
	*run
	rank    int
	edits   []Edit // that mend the findings
	fixable bool   // they are mended, by these edits or others
}

// Add reports a finding.
func (r *Report) Add(f Finding) {
	f.Rule = r.Rule
	if f.Severity == 0 {
		f.Severity = r.Rule.Severity
	}
	f.Fixable = r.fixable
	r.found(&f, r.rank)
	r.change(r.edits...)
}
