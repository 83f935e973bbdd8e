package diff

// The schema transformer gives a routing instance or logical router a number
// for its route target: a node of ZooKeeper locks the number, and the row of its
// owner in route_target_table has it. So the node follows from the row.

// resolveTargets answers the questions about rows of route_target_table.
func (c *comparison) resolveTargets(i int) error {
	questions := c.pending.targets[i]
	if !c.indexed {
		return c.resolveTable(i, questions, targetKeyspace, "route_target_table")
	}
	s := c.side(i)
	asked, err := questions.Sort()
	if err != nil {
		return err
	}
	var b batch
	for asked.Next() {
		if err := b.add(asked.Record()); err != nil {
			return err
		}
		row, found, err := s.index.Row(targetKeyspace, "route_target_table", []byte(b.questions[0].key))
		if err != nil {
			return err
		}
		var rec *rowRecord
		if found {
			if rec, err = s.indexedRow(c.tables, &row); err != nil {
				return err
			}
		}
		if err := c.answerBatch(s, rec, &b); err != nil {
			return err
		}
	}
	return asked.Err()
}
