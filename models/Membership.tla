----------------------------- MODULE Membership -----------------------------
(***************************************************************************)
(* Voters that change (R12), and disks that are lost, set back, damaged or *)
(* torn (R13).                                                             *)
(*                                                                         *)
(* That a swap is guarded, that an election has one owner, and that late   *)
(* messages do no harm is shown in ShardLog. Here the record changes in    *)
(* one step, an election names its leader in one step once enough voters   *)
(* are fenced, and an append brings the whole log. What is modelled is who *)
(* counts: in a fence, in a commit, and on which disk.                     *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  Node,
  First,       \* leads term 1
  Spare,       \* nodes that hold no replica at first
  None,
  Off,         \* names of the parts of rules that are switched off
  Faults,      \* kinds of faults that happen: "lost", "set back", "damaged", "torn"
  MaxTerm, MaxLog, MaxChanges, MaxFaults

VARIABLES
  record,     \* in etcd: term, leader, voters, previousVoters; a voter is <<node, storage>>
  term,       \* node -> term
  log,        \* node -> the terms of its entries
  leads,      \* node -> the term that it leads; 0 if none
  counts,     \* node -> the sets of voters whose majorities it needs as a leader
  storage,    \* node -> which disk it has, by number
  trust,      \* node -> "sure", "doubtful" or "suspended"
  retired,    \* nodes that have noted that they were removed
  committed,  \* every <<index, term>> that a leader ever committed
  changes, faults

vars == <<record, term, log, leads, counts, storage, trust, retired, committed, changes, faults>>

On(part) == part \notin Off

Voter(n) == <<n, storage[n]>>
\* Whether the node is the voter that a set means. R13 forbids to look at its name alone.
IsIn(n, S) == IF On("R13.storage") THEN Voter(n) \in S ELSE \E v \in S : v[1] = n
In(S) == {n \in Node : IsIn(n, S)}

Majority(N, S) == 2 * Cardinality(N \cap In(S)) > Cardinality(S)
\* Quorum.has: of voters and, while those are set, of previousVoters.
Enough(N, sets) == \A S \in sets : Majority(N, S)
SetsOf(r) == {r.voters} \cup IF r.previous = {} THEN {} ELSE {r.previous}
Members(r) == In(r.voters \cup r.previous)

LastTerm(l) == IF l = <<>> THEN 0 ELSE l[Len(l)]
Better(a, b) == LastTerm(a) > LastTerm(b) \/ (LastTerm(a) = LastTerm(b) /\ Len(a) >= Len(b))
IsPrefix(p, l) == Len(p) <= Len(l) /\ SubSeq(l, 1, Len(p)) = p

Init ==
  LET voters == {<<n, 1>> : n \in Node \ Spare}
  IN /\ record = [term |-> 1, leader |-> First, voters |-> voters, previous |-> {}]
     /\ term = [n \in Node |-> IF n \in Spare THEN 0 ELSE 1]
     /\ log = [n \in Node |-> IF n \in Spare THEN <<>> ELSE <<1>>]
     /\ leads = [n \in Node |-> IF n = First THEN 1 ELSE 0]
     /\ counts = [n \in Node |-> IF n = First THEN {voters} ELSE {}]
     /\ storage = [n \in Node |-> 1]
     /\ trust = [n \in Node |-> "sure"]
     /\ retired = {}
     /\ committed = {<<1, 1>>}
     /\ changes = 0 /\ faults = 0

(***************************************************************************)
(* The record                                                              *)
(***************************************************************************)
NextTerm(r) == [r EXCEPT !.term = @ + 1, !.leader = None]

\* previousVoters stay over failed elections.
TakeTerm ==
  /\ record.term < MaxTerm
  /\ record' = NextTerm(IF On("R12.failed") THEN record ELSE [record EXCEPT !.previous = {}])
  /\ UNCHANGED <<term, log, leads, counts, storage, trust, retired, committed, changes, faults>>

\* One voter is replaced by a learner, together with the term, when the change before is done.
ChangeVoters ==
  /\ changes < MaxChanges /\ record.term < MaxTerm
  /\ record.previous = {} \/ ~On("R12.wait")
  /\ \E out \in record.voters, in \in Node \ retired :
       /\ in \notin In(record.voters)
       /\ LET next == (record.voters \ {out}) \cup {Voter(in)}
              previous == IF On("R12.joint") THEN record.voters ELSE {}
          IN IF On("R12.term")
             THEN /\ record' = [NextTerm(record) EXCEPT !.voters = next, !.previous = previous]
                  /\ UNCHANGED counts
             ELSE \* without a new term the leader goes on, with the new voters
                  /\ record' = [record EXCEPT !.voters = next]
                  /\ counts' = [n \in Node |-> IF leads[n] = record.term /\ leads[n] > 0
                                               THEN {next} ELSE counts[n]]
  /\ changes' = changes + 1
  /\ UNCHANGED <<term, log, leads, storage, trust, retired, committed, faults>>

\* A change that can't be finished is undone.
UndoChange ==
  /\ record.previous # {} /\ record.term < MaxTerm
  /\ record' = [NextTerm(record) EXCEPT !.voters = record.previous, !.previous = {}]
  /\ UNCHANGED <<term, log, leads, counts, storage, trust, retired, committed, changes, faults>>

\* The barrier is committed: the old voters are needed no more.
ClearPrevious ==
  /\ record.previous # {} /\ record.leader # None
  /\ leads[record.leader] = record.term
  /\ On("R12.clear") => \E c \in committed : c[2] = record.term
  /\ record' = [record EXCEPT !.previous = {}]
  /\ counts' = [counts EXCEPT ![record.leader] = {record.voters}]
  /\ UNCHANGED <<term, log, leads, storage, trust, retired, committed, changes, faults>>

(***************************************************************************)
(* Elections                                                               *)
(***************************************************************************)
BeFenced(n) ==
  /\ n \in Members(record) \ retired
  /\ term[n] < record.term
  /\ trust[n] # "suspended"
  /\ term' = [term EXCEPT ![n] = record.term]
  /\ leads' = [leads EXCEPT ![n] = 0]
  /\ UNCHANGED <<record, log, counts, storage, trust, retired, committed, changes, faults>>

\* Campaign.hasEnoughAnswers: a majority that is sure of its head, or everybody.
EnoughAnswers(Q) ==
  \/ Enough({n \in Q : trust[n] = "sure" \/ ~On("R13.certain")}, SetsOf(record))
  \/ Q = Members(record) /\ \A v \in record.voters \cup record.previous : IsIn(v[1], {v})

Elect ==
  /\ record.leader = None
  /\ \E Q \in SUBSET {n \in Members(record) : term[n] = record.term /\ trust[n] # "suspended"
                                              /\ n \notin retired} :
       /\ EnoughAnswers(Q)
       /\ \E n \in Q :
            /\ \A other \in Q : Better(log[n], log[other])
            /\ record' = [record EXCEPT !.leader = n]
            /\ leads' = [leads EXCEPT ![n] = record.term]
            /\ log' = [log EXCEPT ![n] = Append(@, record.term)]
            /\ counts' = [counts EXCEPT ![n] = SetsOf(record)]
  /\ UNCHANGED <<term, storage, trust, retired, committed, changes, faults>>

(***************************************************************************)
(* The log                                                                 *)
(***************************************************************************)
Write(l) ==
  /\ leads[l] > 0 /\ Len(log[l]) < MaxLog
  /\ \E c \in committed : c[2] = leads[l]
  /\ log' = [log EXCEPT ![l] = Append(@, leads[l])]
  /\ UNCHANGED <<record, term, leads, counts, storage, trust, retired, committed, changes, faults>>

\* Following.accepts and trustAgain: who is not sure of what it did follows the newest term alone,
\* and is sure again with the first entry of it.
TakeAppend(l, f) ==
  /\ leads[l] > 0 /\ f # l
  /\ term[f] <= leads[l] /\ leads[f] < leads[l] /\ f \notin retired
  /\ trust[f] = "sure" \/ leads[l] = record.term \/ ~On("R13.newest")
  /\ log[f] # log[l] \/ term[f] < leads[l]
  /\ term' = [term EXCEPT ![f] = leads[l]]
  /\ log' = [log EXCEPT ![f] = log[l]]
  /\ leads' = [leads EXCEPT ![f] = 0]
  /\ trust' = [trust EXCEPT ![f] = "sure"]
  /\ UNCHANGED <<record, counts, storage, retired, changes, faults>>
  /\ LET holders == {n \in Node : term'[n] = leads[l] /\ log'[n] = log[l]}
     IN committed' = IF Enough(holders, counts[l])
                     THEN committed \cup {<<i, log[l][i]>> : i \in 1..Len(log[l])}
                     ELSE committed

\* A removed replica notes durably that it was. R12 forbids to forget it, and the fences with it.
Leave(n) ==
  /\ term[n] > 0 /\ n \notin Members(record) /\ n \notin retired
  /\ IF On("R12.retired")
     THEN retired' = retired \cup {n} /\ UNCHANGED <<term, log>>
     ELSE /\ term' = [term EXCEPT ![n] = 0] /\ log' = [log EXCEPT ![n] = <<>>]
          /\ UNCHANGED retired
  /\ leads' = [leads EXCEPT ![n] = 0]
  /\ UNCHANGED <<record, counts, storage, trust, committed, changes, faults>>

(***************************************************************************)
(* Disks. Each fault takes effect with the start behind it.                *)
(***************************************************************************)
Fault(kind, n, newTerm, newLog, newStorage, newTrust) ==
  /\ kind \in Faults /\ faults < MaxFaults
  /\ n \notin retired /\ term[n] > 0
  /\ faults' = faults + 1
  /\ term' = [term EXCEPT ![n] = newTerm]
  /\ log' = [log EXCEPT ![n] = newLog]
  /\ storage' = [storage EXCEPT ![n] = newStorage]
  /\ trust' = [trust EXCEPT ![n] = newTrust]
  /\ leads' = [leads EXCEPT ![n] = 0]
  /\ UNCHANGED <<record, counts, retired, committed, changes>>

\* BootDecision: an empty directory where etcd knows of a start.
LoseDisk(n) ==
  Fault("lost", n, 0, <<>>, IF On("R13.lost") THEN storage[n] + 1 ELSE storage[n], "sure")

\* BootDecision: a boot number below the one in etcd. A disk as it was in the beginning.
SetBackDisk(n) ==
  Fault("set back", n, 1, <<1>>, IF On("R13.boot") THEN storage[n] + 1 ELSE storage[n], "sure")

\* A bad record before the durable end: the log ends before it, and a fence may be forgotten.
DamageDisk(n) ==
  \E kept \in 0..Len(log[n]), t \in {1, term[n]} :
    /\ LastTerm(SubSeq(log[n], 1, kept)) <= t
    /\ Fault("damaged", n, t, SubSeq(log[n], 1, kept), storage[n],
             IF On("R13.suspended") THEN "suspended" ELSE "sure")

\* A torn tail may have been durable: the head is in doubt.
TearDisk(n) ==
  /\ Len(log[n]) > 0
  /\ \E t \in {1, term[n]} :
       /\ LastTerm(SubSeq(log[n], 1, Len(log[n]) - 1)) <= t
       /\ Fault("torn", n, t, SubSeq(log[n], 1, Len(log[n]) - 1), storage[n],
                IF On("R13.doubtful") THEN "doubtful" ELSE "sure")

Protocol ==
  \/ Elect \/ ClearPrevious
  \/ \E n \in Node : BeFenced(n) \/ Leave(n)
  \/ \E l, f \in Node : TakeAppend(l, f)

Next ==
  \/ Protocol \/ TakeTerm \/ ChangeVoters \/ UndoChange
  \/ \E n \in Node : Write(n) \/ LoseDisk(n) \/ SetBackDisk(n) \/ DamageDisk(n) \/ TearDisk(n)

Spec == Init /\ [][Next]_vars

(***************************************************************************)
(* What must hold                                                          *)
(***************************************************************************)
CommittedNeverChanges == \A a, b \in committed : a[1] = b[1] => a[2] = b[2]

\* The leader of the newest term has all that was ever acknowledged.
AcknowledgedIsPresent ==
  \A n \in Node : leads[n] = record.term =>
    \A c \in committed : Len(log[n]) >= c[1] /\ log[n][c[1]] = c[2]

\* Where no step is left, the last term is served and the change is done.
ChangeCanFinish ==
  \/ ENABLED Protocol
  \/ record.term < MaxTerm
  \/ /\ record.previous = {}
     /\ \E c \in committed : c[2] = record.term

Symmetry == Permutations(Node \ ({First} \cup Spare))
=============================================================================
