// Command dumptool looks into, compares, changes and checks the JSON dumps of Contrail / Tungsten Fabric configuration
// databases.
//
// A command is one file: a constructor newXCmd(app) that declares the flags, a struct of options, and a function runX
// that makes one call into a library package and prints the answer. The frame around the commands has one file for each
// of its concerns:
//
//	main.go    the process: signals, the command tree, the exit code
//	root.go    the command tree and the flags of every command
//	app.go     what a command is given, and printing
//	exit.go    errors, their exit codes and how they are shown
//	signal.go  interruption
//	flags.go   operands and kinds of flags
//	input.go   files that commands read
//	output.go  files that commands write
//	help.go    help texts and topics
//	suggest.go did you mean
//	topics.go  the texts of "help TOPIC"
package main
