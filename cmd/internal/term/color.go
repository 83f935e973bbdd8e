package term

// Mode is when to do something that suits a terminal.
type Mode string

// The modes of --color.
const (
	Auto   Mode = "auto"
	Always Mode = "always"
	Never  Mode = "never"
)

// SetColor sets when output is coloured. Auto, the default, colours terminals, and obeys NO_COLOR, FORCE_COLOR and
// TERM=dumb, in this order.
func (s *Streams) SetColor(mode Mode) { s.color = mode }

// OutStyle returns the style for text that goes to Out.
func (s *Streams) OutStyle() Style { return Style{on: s.colored(s.out.tty)} }

// ErrStyle returns the style for text that goes to Err.
func (s *Streams) ErrStyle() Style { return Style{on: s.colored(s.err.tty)} }

func (s *Streams) colored(tty bool) bool {
	switch s.color {
	case Always:
		return true
	case Never:
		return false
	}
	if s.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := s.Getenv("FORCE_COLOR"); force != "" {
		return force != "0"
	}
	return tty && s.Getenv("TERM") != "dumb"
}

// Style colours text by what it means. The zero Style leaves text as it is.
type Style struct{ on bool }

// Enabled reports whether the style changes anything.
func (st Style) Enabled() bool { return st.on }

// Heading marks titles and column heads.
func (st Style) Heading(text string) string { return st.wrap("1", text) }

// Name marks the names of objects, keys and paths.
func (st Style) Name(text string) string { return st.wrap("36", text) }

// Added marks what only the new side has.
func (st Style) Added(text string) string { return st.wrap("32", text) }

// Removed marks what only the old side has.
func (st Style) Removed(text string) string { return st.wrap("31", text) }

// Changed marks what differs between the sides.
func (st Style) Changed(text string) string { return st.wrap("33", text) }

// Faint marks what is said in passing.
func (st Style) Faint(text string) string { return st.wrap("2", text) }

// Warning marks what deserves a look.
func (st Style) Warning(text string) string { return st.wrap("1;33", text) }

// Error marks what went wrong.
func (st Style) Error(text string) string { return st.wrap("1;31", text) }

func (st Style) wrap(code, text string) string {
	if !st.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
