package validate

// balance tells whether two multisets of hashes are equal without keeping either: members of one are added, those of
// the other taken away, and where all sums are zero in the end they are equal. What doesn't add up is narrowed down to
// the buckets in which it lies, so that a second reading has to keep only what is there.
type balance struct {
	sums []uint64
	bad  bool
}

const balanceBuckets = 1 << 17 // 1 MiB

func newBalance() *balance { return &balance{sums: make([]uint64, balanceBuckets)} }

func (b *balance) plus(bucket, hash uint64)  { b.sums[bucket%balanceBuckets] += hash }
func (b *balance) minus(bucket, hash uint64) { b.sums[bucket%balanceBuckets] -= hash }

// settle ends the adding.
func (b *balance) settle() {
	for _, s := range b.sums {
		if s != 0 {
			b.bad = true
			return
		}
	}
}

// suspect tells if a bucket doesn't add up.
func (b *balance) suspect(bucket uint64) bool { return b.sums[bucket%balanceBuckets] != 0 }
