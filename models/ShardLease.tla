----------------------------- MODULE ShardLease -----------------------------
(***************************************************************************)
(* Reads of one shard: by lease and by quorum at the leader (R10), with a  *)
(* certificate at a follower (R11), and not before the barrier (R6).       *)
(*                                                                         *)
(* That the log keeps what was committed is shown in ShardLog. Here a log  *)
(* is the number of the newest write in it, a write is on a majority in    *)
(* one step, and an election names its leader in one step.                 *)
(*                                                                         *)
(* Time goes in ticks. Clocks drift: in the time in which a slow clock     *)
(* shows two thirds of L, a fast one shows all of L.                       *)
(*                                                                         *)
(*            a promise for L lasts     a lease of L (1 - drift) lasts     *)
(*     slow          3 ticks                       2 ticks                 *)
(*     fast          2 ticks                       2 ticks (rounded up)    *)
(*                                                                         *)
(* A node that pauses is one that takes no step for a while: every step of *)
(* a read, a promise or an answer may come any time behind the one before. *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
  Node,         \* the voters
  First,        \* leads term 1
  None,
  Fast,         \* the nodes whose clock is fast; the others' is slow
  Off,          \* names of the parts of rules that are switched off
  Kinds,        \* reads that happen: "lease", "quorum", "follower"
  MaxTime, MaxTerm, MaxWrites, MaxRestarts,
  MaxBeats      \* rounds of heartbeats

VARIABLES
  now,          \* ticks
  newest,       \* the newest term in etcd: number, the term that its owner gave up, leader
  term,         \* node -> term
  leads,        \* node -> the term that it leads; 0 if none
  serving,      \* nodes whose barrier is committed and applied
  has,          \* node -> the newest write in its log
  applied,      \* node -> the newest write in its rows
  promise,      \* node -> until when it is not to be fenced, and in which term it said so
  beats,        \* heartbeats: <<term, sent at>>
  acks,         \* promises: <<term, follower, when the heartbeat was sent>>
  acknowledged, \* the newest write that a client has an answer for
  read,         \* the read that runs, if any
  question,     \* the question of a follower for a certificate, if any
  restarts,
  wrong         \* reads that were answered with less than had been acknowledged when they began

vars == <<now, newest, term, leads, serving, has, applied, promise, beats, acks, acknowledged,
          read, question, restarts, wrong>>
times == <<now, promise, beats, acks>>
reads == <<read, question, wrong>>
rest == <<restarts>>

On(part) == part \notin Off
IsMajority(S) == 2 * Cardinality(S) > Cardinality(Node)
PromiseTicks(n) == IF n \in Fast THEN 2 ELSE 3
LeaseTicks(n) == IF On("R10.drift") THEN 2 ELSE PromiseTicks(n)
Max(a, b) == IF a > b THEN a ELSE b

Init ==
  /\ now = 0
  /\ newest = [term |-> 1, released |-> 0, leader |-> First]
  /\ term = [n \in Node |-> 1]
  /\ leads = [n \in Node |-> IF n = First THEN 1 ELSE 0]
  /\ serving = {First}
  /\ has = [n \in Node |-> 0]
  /\ applied = [n \in Node |-> 0]
  /\ promise = [n \in Node |-> [until |-> 0, term |-> 0]]
  /\ beats = {}
  /\ acks = {}
  /\ acknowledged = 0
  /\ read = None
  /\ question = None
  /\ restarts = 0
  /\ wrong = FALSE

Tick ==
  /\ now < MaxTime
  /\ now' = now + 1
  /\ UNCHANGED <<promise, beats, acks, newest, term, leads, serving, has, applied, acknowledged, reads, rest>>

(***************************************************************************)
(* Elections: Campaign, Fence                                              *)
(***************************************************************************)
StopLeading(n) ==
  /\ leads' = [leads EXCEPT ![n] = 0]
  /\ serving' = serving \ {n}

\* The next term. A leader may ask for it itself: a hand-over, which begins with its giving up.
TakeTerm(n) ==
  /\ newest.term < MaxTerm
  /\ newest' = [term |-> newest.term + 1, released |-> leads[n], leader |-> None]
  /\ IF On("R10.release") THEN StopLeading(n) ELSE UNCHANGED <<leads, serving>>
  /\ UNCHANGED <<times, term, has, applied, acknowledged, reads, rest>>

\* Fence.receive: waits out the promise, unless its holder itself gave it back.
BeFenced(n) ==
  /\ term[n] < newest.term
  /\ \/ now >= promise[n].until
     \/ newest.released > 0 /\ newest.released = promise[n].term
     \/ ~On("R10.wait")
  /\ term' = [term EXCEPT ![n] = newest.term]
  /\ StopLeading(n)
  /\ UNCHANGED <<times, newest, has, applied, acknowledged, reads, rest>>

\* Campaign.choose and Replica.becomeLeader.
BecomeLeader(n) ==
  /\ newest.leader = None
  /\ \E Q \in SUBSET {f \in Node : term[f] = newest.term} :
       /\ IsMajority(Q) /\ n \in Q
       /\ \A f \in Q : has[n] >= has[f]
  /\ newest' = [newest EXCEPT !.leader = n]
  /\ leads' = [leads EXCEPT ![n] = newest.term]
  /\ UNCHANGED <<times, term, serving, has, applied, acknowledged, reads, rest>>

(***************************************************************************)
(* The log: Leadership, Following                                          *)
(***************************************************************************)

\* Following.accepts: who missed the fence takes the term from an append; no promise hinders that.
TakeAppend(l, f) ==
  /\ leads[l] > 0 /\ leads[l] = newest.term /\ term[f] < leads[l]
  /\ term' = [term EXCEPT ![f] = leads[l]]
  /\ StopLeading(f)
  /\ UNCHANGED <<times, newest, has, applied, acknowledged, reads, rest>>

Followers(l) == {f \in Node : term[f] = leads[l] /\ (f = l \/ leads[f] = 0)}

Enough(l) ==
  {Q \in SUBSET Followers(l) : l \in Q /\ IsMajority(Q) /\ \A f \in Q : ~IsMajority(Q \ {f})}

\* The barrier is committed and applied, and with it all that is older.
Activate(l) ==
  /\ leads[l] > 0 /\ l \notin serving
  /\ \E Q \in Enough(l) :
       /\ has' = [f \in Node |-> IF f \in Q THEN has[l] ELSE has[f]]
  /\ applied' = [applied EXCEPT ![l] = has[l]]
  /\ serving' = serving \cup {l}
  /\ UNCHANGED <<times, newest, term, leads, acknowledged, reads, rest>>

Write(l) ==
  /\ acknowledged < MaxWrites
  /\ l \in serving
  /\ acknowledged' = acknowledged + 1
  /\ \E Q \in Enough(l) :
       /\ has' = [f \in Node |-> IF f \in Q THEN acknowledged' ELSE has[f]]
  /\ applied' = [applied EXCEPT ![l] = acknowledged']
  /\ UNCHANGED <<times, newest, term, leads, serving, reads, rest>>

\* An append brings a follower up to the leader, and tells what is committed.
CatchUp(l, f) ==
  /\ "follower" \in Kinds \/ ~On("R10.term")
  /\ f # l /\ l \in serving /\ f \in Followers(l)
  /\ applied[f] # applied[l]
  /\ has' = [has EXCEPT ![f] = has[l]]
  /\ applied' = [applied EXCEPT ![f] = applied[l]]
  /\ UNCHANGED <<times, newest, term, leads, serving, acknowledged, reads, rest>>

(***************************************************************************)
(* Promises: Heartbeats, Pulse, Fence.promise, Leadership.renewLease       *)
(***************************************************************************)
Beat(l) ==
  /\ leads[l] > 0
  /\ Cardinality(beats) < MaxBeats
  /\ <<leads[l], now>> \notin beats
  /\ beats' = beats \cup {<<leads[l], now>>}
  /\ UNCHANGED <<now, newest, term, leads, serving, has, applied, promise, acks, acknowledged,
                 reads, rest>>

Promise(f, beat) ==
  /\ beat[1] = term[f] /\ leads[f] = 0
  /\ <<beat[1], f, beat[2]>> \notin acks
  /\ promise' = [promise EXCEPT ![f] =
                   [until |-> Max(@.until, now + PromiseTicks(f)), term |-> term[f]]]
  /\ acks' = acks \cup {<<beat[1], f, beat[2]>>}
  /\ UNCHANGED <<now, newest, term, leads, serving, has, applied, beats, acknowledged, reads, rest>>

\* What R10 forbids: to count a promise from when its ack arrives.
CountFromReceipt(ack) ==
  /\ ~On("R10.send")
  /\ <<ack[1], ack[2], now>> \notin acks
  /\ acks' = acks \cup {<<ack[1], ack[2], now>>}
  /\ UNCHANGED <<now, newest, term, leads, serving, has, applied, promise, beats, acknowledged,
                 reads, rest>>

HoldsLease(l) ==
  LET promised == {f \in Node : \E a \in acks : /\ a[1] = leads[l] /\ a[2] = f
                                                /\ now < a[3] + LeaseTicks(l)}
  IN leads[l] > 0 /\ (IsMajority(promised \cup {l}) \/ ~On("R10.majority"))

(***************************************************************************)
(* Reads at the leader: HostedShard.read, HostedShard.answer               *)
(***************************************************************************)
MayServe(l) == leads[l] > 0 /\ (l \in serving \/ ~On("R6.barrier"))

\* The value is taken. `begun` is what was acknowledged when the read began. Only values that are
\* too old are followed: the others can't do wrong any more.
TakeValue(l, kind) ==
  /\ read = None
  /\ kind \in Kinds
  /\ applied[l] < acknowledged
  /\ MayServe(l)
  /\ read' = [node |-> l, term |-> leads[l], value |-> applied[l], begun |-> acknowledged,
              kind |-> kind, confirmed |-> {}]
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, question, wrong,
                 rest>>

\* The proof comes behind the value, and in the same term.
IsProven ==
  LET l == read.node
  IN /\ leads[l] > 0 /\ (leads[l] = read.term \/ ~On("R10.term"))
     /\ CASE read.kind = "lease" -> HoldsLease(l) /\ (l \in serving \/ ~On("R6.barrier"))
          [] read.kind = "quorum" -> IsMajority(read.confirmed \cup {l}) \/ ~On("R10.confirm")

AnswerRead ==
  /\ read # None /\ read.kind # "checked"
  /\ IsProven
  /\ wrong' = (wrong \/ read.value < read.begun)
  /\ read' = None
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, question, rest>>

\* Replica.confirm
ConfirmRead(f) ==
  /\ read # None /\ read.kind = "quorum"
  /\ term[f] = IF On("R10.term") THEN read.term ELSE leads[read.node]
  /\ f \notin read.confirmed \cup {read.node}
  /\ read' = [read EXCEPT !.confirmed = @ \cup {f}]
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, question, wrong,
                 rest>>

GiveUpRead ==
  /\ read # None /\ read.kind # "checked" /\ leads[read.node] # read.term
  /\ On("R10.term")
  /\ read' = None
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, question, wrong,
                 rest>>

\* What R10 forbids: the lease is looked at before the read begins, which then waits.
CheckFirst(l) ==
  /\ ~On("R10.first") /\ read = None /\ "lease" \in Kinds
  /\ l \in serving /\ HoldsLease(l)
  /\ read' = [node |-> l, kind |-> "checked"]
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, question, wrong,
                 rest>>

ReadChecked ==
  /\ read # None /\ read.kind = "checked"
  /\ wrong' = (wrong \/ applied[read.node] < acknowledged)
  /\ read' = None
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, question, rest>>

(***************************************************************************)
(* Reads at a follower (R11)                                               *)
(***************************************************************************)

\* "As fresh as now": `begun` is what was acknowledged then. A follower that has all of that is
\* not followed: its answer can't be wrong any more.
Ask(f) ==
  /\ "follower" \in Kinds /\ question = None
  /\ applied[f] < acknowledged \/ ~On("R11.asked")
  /\ question' = [by |-> f, begun |-> acknowledged, stage |-> "asked", leader |-> None, commit |-> 0]
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, read, wrong, rest>>

TakeCommit(l) ==
  /\ question # None /\ question.stage = "asked" /\ l \in serving
  /\ question' = [question EXCEPT !.stage = "taken", !.leader = <<l, leads[l]>>,
                                  !.commit = applied[l]]
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, read, wrong, rest>>

Certify ==
  /\ question # None /\ question.stage = "taken"
  /\ leads[question.leader[1]] = question.leader[2]
  /\ HoldsLease(question.leader[1]) \/ ~On("R11.lease")
  /\ question' = [question EXCEPT !.stage = "certified"]
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, read, wrong, rest>>

\* The follower serves as of when it asked; the value is what it has applied by then.
ReadAtFollower ==
  /\ question # None /\ question.stage = "certified"
  /\ applied[question.by] >= question.commit \/ ~On("R11.applied")
  /\ LET fresh == IF On("R11.asked") THEN question.begun ELSE acknowledged
     IN wrong' = (wrong \/ applied[question.by] < fresh)
  /\ question' = None
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, read, rest>>

GiveUpQuestion ==
  /\ question # None /\ question.stage = "taken"
  /\ leads[question.leader[1]] # question.leader[2]
  /\ question' = None
  /\ UNCHANGED <<times, newest, term, leads, serving, has, applied, acknowledged, read, wrong, rest>>

(***************************************************************************)
(* A start behind a crash refuses NewTerm for the longest L ever promised. *)
(***************************************************************************)
Restart(n) ==
  /\ restarts < MaxRestarts
  /\ restarts' = restarts + 1
  /\ StopLeading(n)
  /\ applied' = [applied EXCEPT ![n] = 0]
  /\ promise' = [promise EXCEPT ![n] = [term |-> 0, until |-> IF On("R10.restart")
                                                               THEN now + PromiseTicks(n) ELSE 0]]
  /\ read' = IF read # None /\ read.node = n THEN None ELSE read
  /\ question' = IF question # None /\ (question.by = n \/ question.leader = <<n, leads[n]>>)
                 THEN None ELSE question
  /\ UNCHANGED <<now, newest, term, has, beats, acks, acknowledged, wrong>>

Next ==
  \/ Tick \/ AnswerRead \/ GiveUpRead \/ ReadChecked \/ Certify \/ ReadAtFollower \/ GiveUpQuestion
  \/ \E n \in Node :
       \/ TakeTerm(n) \/ BeFenced(n) \/ BecomeLeader(n) \/ Activate(n) \/ Write(n) \/ Beat(n)
       \/ ConfirmRead(n) \/ CheckFirst(n) \/ Ask(n) \/ TakeCommit(n) \/ Restart(n)
       \/ \E kind \in Kinds \ {"follower"} : TakeValue(n, kind)
       \/ \E beat \in beats : Promise(n, beat)
       \/ \E other \in Node : TakeAppend(n, other) \/ CatchUp(n, other)
  \/ \E ack \in acks : CountFromReceipt(ack)

Spec == Init /\ [][Next]_vars

(***************************************************************************)
(* No read, by lease, by quorum or by certificate, shows less than what    *)
(* was acknowledged when it began, or when its certificate was asked for.  *)
(***************************************************************************)
ReadsAreLinearizable == ~wrong

\* Whoever holds a lease and serves has everything: nobody else can have acknowledged anything.
LeaseIsExclusive == \A l \in serving : HoldsLease(l) => applied[l] = acknowledged

Symmetry == Permutations(Node \ {First})

\* What makes no difference any more: promises that ran out, heartbeats and acks to a leader that
\* is none any more. (Such a heartbeat could only make a follower wait longer.)
View ==
  <<IF MaxBeats = 0 THEN 0 ELSE now, newest, term, leads, serving, has, applied,
    [n \in Node |-> IF promise[n].until > now THEN promise[n] ELSE None],
    {b \in beats : \E n \in Node : leads[n] = b[1]}, Cardinality(beats),
    {a \in acks : \E n \in Node : leads[n] = a[1]},
    acknowledged, read, question, restarts, wrong>>
=============================================================================
