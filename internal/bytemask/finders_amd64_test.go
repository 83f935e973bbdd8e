//go:build amd64 && !purego

package bytemask

// finders returns Find with each implementation that the processor has.
func finders(t *Table) (list []func([]Block, []byte)) {
	with := func(avx512, avx2 bool) func([]Block, []byte) {
		return func(dst []Block, text []byte) {
			was512, was2 := useAVX512, useAVX2
			defer func() { useAVX512, useAVX2 = was512, was2 }()
			useAVX512, useAVX2 = avx512, avx2
			t.Find(dst, text)
		}
	}
	list = append(list, with(false, false))
	if useAVX2 {
		list = append(list, with(false, true))
	}
	if useAVX512 {
		list = append(list, with(true, false))
	}
	return list
}
