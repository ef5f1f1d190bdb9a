# complete: a shell's completions, made of what a command's --print-options says.
#
# In: lines "SUBCOMMAND <tab> NAME <tab> LETTER <tab> ARGUMENT <tab> SENTENCE", the argument in brackets
# where it may be left out. -v shell=bash|zsh|fish -v command=NAME; -v subcommands="a b", or none.
# What an argument takes is read from how the help names it: words between bars, or a file.

function words_of(argument) {
	gsub(/\[|\]/, "", argument)
	if (argument !~ /^[a-z0-9-]+(\|[a-z0-9-]+)+(\|[A-Z]+)?$/)
		return ""
	sub(/\|[A-Z]+$/, "", argument)
	gsub(/\|/, " ", argument)
	return argument
}

function is_file(argument) {
	return argument ~ /^\[?(FILE|FOLDER|PATH|DIR|FILE\[.*)\]?$/
}

# Within single quotes, for each of the shells.
function quoted(text) {
	gsub(/'/, shell == "fish" ? "\\\\'" : "'\\''", text)
	return text
}

# zsh's _arguments reads brackets and colons itself.
function plain(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/\[|\]|:/, "\\\\&", text)
	return quoted(text)
}

function first_sentence(text) {
	sub(/[.;:] .*/, "", text)
	return text
}

BEGIN {
	FS = "\t"
	if (shell == "zsh")
		print "#compdef " command "\n"
	print "# Made by complete.awk of what " command " --print-options says."
}

{
	number++
	sub_of[number] = $1
	name[number] = $2
	letter[number] = $3
	argument[number] = $4
	help[number] = first_sentence($5)
}

function bash(   i, key) {
	print "_" command "()\n{"
	print "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} choice="
	print "\tif [ \"$word\" = = ]; then\n\t\tword=\n\telif [ \"$before\" = = ]; then"
	print "\t\tbefore=${COMP_WORDS[COMP_CWORD-2]}\n\tfi"
	if (subcommands != "") {
		print "\tif [ \"$COMP_CWORD\" -eq 1 ]; then"
		print "\t\tCOMPREPLY=($(compgen -W '" subcommands " --help --version' -- \"$word\"))"
		print "\t\treturn\n\tfi\n\tlocal part=${COMP_WORDS[1]}"
	} else {
		print "\tlocal part="
	}
	print "\tcase \"$part $before\" in"
	for (i = 1; i <= number; i++) {
		key = "'" sub_of[i] " --" name[i] "'"
		if (name[i] == "" || argument[i] == "")
			continue
		if (letter[i] != "")
			key = key " | '" sub_of[i] " -" letter[i] "'"
		if (words_of(argument[i]) != "")
			print "\t" key ") choice='" words_of(argument[i]) "' ;;"
		else if (is_file(argument[i]))
			print "\t" key ")\n\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n\t\treturn\n\t\t;;"
		else if (argument[i] !~ /^\[/)
			print "\t" key ") return ;;"
	}
	print "\tesac"
	print "\tif [ -n \"$choice\" ]; then"
	print "\t\tCOMPREPLY=($(compgen -W \"$choice\" -- \"$word\"))\n\t\treturn\n\tfi"
	print "\tcase \"$part $word\" in"
	split(subcommands == "" ? " " : subcommands, list, " ")
	if (subcommands == "")
		list[1] = ""
	for (key = 1; key in list; key++) {
		printf "\t'%s '-*)\n\t\tchoice='", list[key]
		for (i = 1; i <= number; i++) {
			if (sub_of[i] == list[key] && name[i] != "")
				printf "--%s%s ", name[i], argument[i] == "" || argument[i] ~ /^\[/ ? "" : "="
		}
		print "' ;;"
	}
	print "\tesac"
	print "\tif [ -n \"$choice\" ]; then"
	print "\t\tCOMPREPLY=($(compgen -W \"$choice\" -- \"$word\"))"
	print "\t\t[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace"
	print "\telse\n\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n\tfi\n}"
	print "complete -o filenames -F _" command " " command
}

function zsh_rows(part,   i, end, option) {
	for (i = 1; i <= number; i++) {
		if (sub_of[i] != part)
			continue
		end = ""
		if (argument[i] != "") {
			end = (argument[i] ~ /^\[/ ? "::" : ":") plain(argument[i]) ":"
			if (words_of(argument[i]) != "")
				end = end "(" words_of(argument[i]) ")"
			else if (is_file(argument[i]))
				end = end "_files"
		}
		if (name[i] != "")
			print "\t\t'*--" name[i] (argument[i] == "" ? "" : argument[i] ~ /^\[/ ? "=-" : "=") \
				"[" plain(help[i]) "]" end "' \\"
		if (letter[i] != "")
			print "\t\t'*-" letter[i] (argument[i] == "" ? "" : argument[i] ~ /^\[/ ? "-" : "+") \
				"[" plain(help[i]) "]" end "' \\"
	}
	print "\t\t'*:file:_files'"
}

function zsh(   list, key) {
	if (subcommands == "") {
		print "_arguments -S \\"
		zsh_rows("")
		return
	}
	print "if (( CURRENT == 2 )); then\n\tcompadd " subcommands "\n\treturn\nfi"
	print "shift words\n(( CURRENT-- ))\ncase $words[1] in"
	split(subcommands, list, " ")
	for (key = 1; key in list; key++) {
		print list[key] ")\n\t_arguments -S \\"
		zsh_rows(list[key])
		print "\t;;"
	}
	print "esac"
}

function fish(   i, line, list, key) {
	split(subcommands, list, " ")
	for (key = 1; key in list; key++)
		print "complete -c " command " -n __fish_use_subcommand -f -a " list[key]
	for (i = 1; i <= number; i++) {
		line = "complete -c " command
		if (sub_of[i] != "")
			line = line " -n '__fish_seen_subcommand_from " sub_of[i] "'"
		if (name[i] != "")
			line = line " -l " name[i]
		if (letter[i] != "")
			line = line " -s " letter[i]
		if (words_of(argument[i]) != "")
			line = line (argument[i] ~ /^\[/ ? " -f" : " -x") " -a '" words_of(argument[i]) "'"
		else if (is_file(argument[i]))
			line = line " -r -F"
		else if (argument[i] != "" && argument[i] !~ /^\[/)
			line = line " -x"
		print line " -d '" quoted(help[i]) "'"
	}
}

END {
	if (shell == "bash")
		bash()
	else if (shell == "zsh")
		zsh()
	else
		fish()
}
