package zookeeper

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// BenchmarkNode measures what the client needs for a node, with a server that answers at once.
func BenchmarkNode(b *testing.B) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(conn, knowing)
		}
	}()
	r, err := OpenReader(context.Background(), Config{Addresses: []string{listener.Addr().String()}})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	const atOnce = 64
	work := make(chan struct{}, atOnce)
	var group sync.WaitGroup
	for range atOnce {
		group.Go(func() {
			for range work {
				if n, err := r.Node(context.Background(), "/fq-name-to-uuid/virtual_network:default-domain:demo:net1"); err != nil || len(n.Data) != 36 {
					b.Error(n, err)
				}
			}
		})
	}
	for b.Loop() {
		work <- struct{}{}
	}
	close(work)
	group.Wait()
}

// What a session of answer does with requests.
const (
	knowing  = iota // knows every node
	behind          // knows none yet
	failing         // ends with the first request
	silently        // does not answer
)

// answer speaks as much of ZooKeeper's protocol as a reader of nodes needs.
func answer(conn net.Conn, does int) {
	defer conn.Close()
	in, out := bufio.NewReaderSize(conn, 1<<16), bufio.NewWriterSize(conn, 1<<16)
	packet := func() []byte {
		var length [4]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return nil
		}
		b := make([]byte, binary.BigEndian.Uint32(length[:]))
		if _, err := io.ReadFull(in, b); err != nil {
			return nil
		}
		return b
	}
	send := func(b []byte) {
		out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b))))
		out.Write(b)
		if in.Buffered() == 0 {
			out.Flush()
		}
	}
	text := func(b []byte, s string) []byte { return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...) }
	if packet() == nil {
		return
	}
	hello := make([]byte, 4+4+8+4+16+1)
	binary.BigEndian.PutUint32(hello[4:], 30000)
	hello[15], hello[19] = 1, 16
	send(hello)
	for {
		q := packet()
		if q == nil || does == failing {
			return
		}
		if does == silently {
			continue
		}
		a := append([]byte(nil), q[:4]...)
		a = append(a, make([]byte, 8+4)...)
		const getData, getACL = 4, 6
		switch code := binary.BigEndian.Uint32(q[4:]); {
		case does == behind:
			const noNode = -101
			none := int32(noNode)
			binary.BigEndian.PutUint32(a[12:], uint32(none))
		case code == getData:
			a = text(a, "00112233-4455-6677-8899-aabbccddeeff")
			a = append(a, make([]byte, 68)...)
		case code == getACL:
			a = binary.BigEndian.AppendUint32(a, 1)
			a = binary.BigEndian.AppendUint32(a, 31)
			a = append(text(text(a, "world"), "anyone"), make([]byte, 68)...)
		}
		send(a)
	}
}
