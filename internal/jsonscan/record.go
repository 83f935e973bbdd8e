package jsonscan

import "io"

// Record copies the bytes of the input to w, from the beginning of the token
// that Next returned last on, until StopRecord. The token must not be a part
// of a string that was continued by NextPart.
func (s *Scanner) Record(w io.Writer) {
	s.rec = w
	s.recFrom = int(s.start - s.base)
}

// StopRecord ends the copy at the end of the token that was read last.
func (s *Scanner) StopRecord() error {
	w := s.rec
	s.rec = nil
	if w == nil || s.err != nil {
		return s.err
	}
	_, err := w.Write(s.buf[s.recFrom:s.cur])
	return err
}
