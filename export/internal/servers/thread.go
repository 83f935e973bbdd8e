package servers

import (
	"os/exec"
	"runtime"
	"sync"
)

// A child that is to be killed when its parent ends is killed when the thread ends that started it. So all are started from
// one thread, which never ends.
var starter = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for do := range work {
			do()
		}
	}()
	return work
})

func startFromOneThread(cmd *exec.Cmd) error {
	result := make(chan error)
	starter() <- func() { result <- cmd.Start() }
	return <-result
}
