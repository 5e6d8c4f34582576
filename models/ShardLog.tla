------------------------------ MODULE ShardLog ------------------------------
(***************************************************************************)
(* One shard: its record in etcd, the elections of its leaders and its     *)
(* log. Rules R1 to R9 of docs/replication.md.                             *)
(*                                                                         *)
(* The grain is that of the code: a step is one message taken, one swap    *)
(* that etcd carries out, one record read from etcd, or one write that     *)
(* became durable.                                                         *)
(*                                                                         *)
(*  - Messages stay in `sent` for ever and are taken in any order, any     *)
(*    number of times, or never: loss, delay, reordering, duplication.     *)
(*  - A swap stays in `swaps` until etcd carries it out, be the asker dead *)
(*    by then. Its answer is lost if the asker does not come to Read.      *)
(*  - What a replica knows lies in memory (term, accepted, log) and, later,*)
(*    on its disk. What must wait until all is durable stands in `owed`.   *)
(*  - A crash and the start behind it are one step; a node that stays away *)
(*    longer is one that takes no messages for long.                       *)
(*  - Nobody measures time: any voter starts an election whenever it       *)
(*    likes, which is more than Suspicion allows. Promises: ShardLease.    *)
(*                                                                         *)
(* The model begins with a served term 1, which spares it one election in  *)
(* which nothing can go wrong. README.md says which steps are drawn        *)
(* together and why that hides nothing.                                    *)
(*                                                                         *)
(* Every part of a rule has a name; the names in Off are switched off.     *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  Node,        \* the voters; they don't change here
  First,       \* the one of them that leads term 1
  Other,       \* another, that leads term 2 in Forked
  None,        \* no node
  Off,         \* names of the parts of rules that are switched off
  MaxTerm,     \* terms that are ever claimed
  MaxWrites,   \* commands that clients ever propose
  MaxCrashes,  \* crashes of all nodes together
  MaxRivals    \* claims of one term that are on their way at a time

VARIABLES
  mortal,    \* the nodes that may crash in this run: a guess at the start, that spares states
  etcd,      \* the shard's record: term, owner of the election, leader
  named,     \* term -> the leader that the record has named in it
  swaps,     \* swaps that etcd may still carry out
  campaign,  \* node -> its election, as the owner: phase, term, chosen
  boot,      \* node -> the number of this start
  term,      \* node -> term, in memory
  accepted,  \* node -> the one leader that it accepted in the term
  log,       \* node -> entries, in memory
  disk,      \* node -> what is durable of the three
  owed,      \* node -> messages that wait until all is durable
  leads,     \* node -> the term that it leads; 0 if none
  sent,      \* every message that was ever sent
  committed, \* every <<index, entry>> that a leader ever committed: what clients know
  writes     \* how many commands were proposed

vars == <<mortal, etcd, named, swaps, campaign, boot, term, accepted, log, disk, owed, leads, sent,
          committed, writes>>
record == <<mortal, etcd, named>>
replicas == <<term, accepted, log, disk, owed, leads>>

On(part) == part \notin Off

(***************************************************************************)
(* The log                                                                 *)
(***************************************************************************)
Barrier == 0
Entry(t, value) == [term |-> t, value |-> value]
LastTerm(l) == IF l = <<>> THEN 0 ELSE l[Len(l)].term
HeadOf(l) == <<LastTerm(l), Len(l)>>
Prefix(l, i) == SubSeq(l, 1, i)

\* Positions carry a checksum over all that is before them: equal positions, equal logs.
AgreesAt(l, m, i) == Len(l) >= i /\ Prefix(l, i) = Prefix(m, i)

IsMajority(S) == 2 * Cardinality(S) > Cardinality(Node)

(***************************************************************************)
(* The record                                                              *)
(***************************************************************************)

\* The mod revision that guards a swap: another one after each change (R1).
Revision(of) == <<of.term, of.leader # None>>

\* The nonce is drawn once for each start and term, so the start stands for it.
Claim(n) == [term |-> etcd.term + 1, owner |-> <<n, boot[n]>>, leader |-> None,
             guard |-> Revision(etcd)]
Naming(n, leader) == [term |-> campaign[n].term, owner |-> <<n, boot[n]>>, leader |-> leader,
                      guard |-> <<campaign[n].term, FALSE>>]

IsOurs(n) ==
  etcd.term = campaign[n].term /\ (On("R1.nonce") => etcd.owner = <<n, boot[n]>>)

(***************************************************************************)
(* Each step ends with Commit: a leader commits as soon as it can, which   *)
(* is the worst case for whoever comes after it.                           *)
(***************************************************************************)
Idle == [phase |-> "idle", term |-> 0, chosen |-> <<>>]
FirstBarrier == <<Entry(1, Barrier)>>

Init ==
  /\ mortal \in {S \in SUBSET Node : Cardinality(S) <= MaxCrashes}
  /\ etcd = [term |-> 1, owner |-> <<First, 1>>, leader |-> First]
  /\ named = [t \in 1..MaxTerm |-> IF t = 1 THEN First ELSE None]
  /\ swaps = {}
  /\ campaign = [n \in Node |-> Idle]
  /\ boot = [n \in Node |-> 1]
  /\ term = [n \in Node |-> 1]
  /\ accepted = [n \in Node |-> First]
  /\ log = [n \in Node |-> FirstBarrier]
  /\ disk = [n \in Node |-> [term |-> 1, accepted |-> First, log |-> FirstBarrier]]
  /\ owed = [n \in Node |-> {}]
  /\ leads = [n \in Node |-> IF n = First THEN 1 ELSE 0]
  /\ sent = {[type |-> "Append", term |-> 1, from |-> First, boot |-> 1, log |-> FirstBarrier]}
  /\ committed = {<<1, Entry(1, Barrier)>>}
  /\ writes = 0

\* A state that the model comes to from Init, to begin further on: First has written what no other
\* has, Other leads term 2 with a barrier that no other has. NotForked is violated from Init, which
\* shows that it can be come to.
Forked ==
  LET written == FirstBarrier \o <<Entry(1, 1)>>
      begun == FirstBarrier \o <<Entry(2, Barrier)>>
      answer(n) == [type |-> "NewTermAnswer", term |-> 2, owner |-> <<Other, 1>>, from |-> n,
                    boot |-> 1, head |-> <<1, 1>>]
      append(n, t, entries) == [type |-> "Append", term |-> t, from |-> n, boot |-> 1,
                                log |-> entries]
      memory(n) == IF n = First THEN [term |-> 1, accepted |-> First, log |-> written]
                   ELSE IF n = Other THEN [term |-> 2, accepted |-> Other, log |-> begun]
                   ELSE [term |-> 2, accepted |-> None, log |-> FirstBarrier]
  IN /\ mortal = {}
     /\ etcd = [term |-> 2, owner |-> <<Other, 1>>, leader |-> Other]
     /\ named = [t \in 1..MaxTerm |-> IF t = 1 THEN First ELSE IF t = 2 THEN Other ELSE None]
     /\ swaps = {}
     /\ campaign = [n \in Node |-> Idle]
     /\ boot = [n \in Node |-> 1]
     /\ term = [n \in Node |-> memory(n).term]
     /\ accepted = [n \in Node |-> memory(n).accepted]
     /\ log = [n \in Node |-> memory(n).log]
     /\ disk = [n \in Node |-> memory(n)]
     /\ owed = [n \in Node |-> {}]
     /\ leads = [n \in Node |-> IF n = First THEN 1 ELSE IF n = Other THEN 2 ELSE 0]
     /\ sent = {append(First, 1, FirstBarrier), append(First, 1, written),
                [type |-> "NewTerm", term |-> 2, owner |-> <<Other, 1>>],
                [type |-> "BecomeLeader", term |-> 2, to |-> Other, boot |-> 1, head |-> <<1, 1>>],
                append(Other, 2, begun)}
               \cup {answer(n) : n \in Node \ {First}}
     /\ committed = {<<1, Entry(1, Barrier)>>}
     /\ writes = 1

RECURSIVE Starts(_)
Starts(S) == IF S = {} THEN 0 ELSE LET n == CHOOSE n \in S : TRUE IN boot[n] + Starts(S \ {n})
MayCrash(n) == n \in mortal /\ Starts(Node) - Cardinality(Node) < MaxCrashes

\* A replica's memory changes. While a crash may come, it is durable later, and what it owes for
\* it waits; else that is no different from taking the message later.
Remember(n, memory, message, waits, keeps) ==
  /\ term' = [term EXCEPT ![n] = memory.term]
  /\ accepted' = [accepted EXCEPT ![n] = memory.accepted]
  /\ log' = [log EXCEPT ![n] = memory.log]
  /\ IF MayCrash(n) /\ disk[n] # memory
     THEN /\ UNCHANGED disk
          /\ owed' = [owed EXCEPT ![n] = keeps \cup IF waits THEN message ELSE {}]
          /\ sent' = sent \cup IF waits THEN {} ELSE message
     ELSE /\ disk' = [disk EXCEPT ![n] = memory]
          /\ owed' = [owed EXCEPT ![n] = {}]
          /\ sent' = sent \cup keeps \cup message

\* Progress.accepted, Leadership.commit: durable on a majority, and only through the barrier.
\* Evaluated behind the step.
HasAcknowledged(f, t, i) ==
  \/ \E m \in sent' : /\ m.type = "AppendAck" /\ m.from = f /\ m.index >= i
                      /\ m.term = t \/ ~On("R8.term")
  \/ /\ ~On("R8.head")
     /\ \E m \in sent' : m.type = "NewTermAnswer" /\ m.from = f /\ m.term = t /\ m.head[2] >= i

MayCommit(n, i) ==
  /\ On("R9.barrier") => \E j \in 1..i : log'[n][j].term = leads'[n]
  /\ IsMajority({f \in Node : IF f = n
                              THEN i <= Len(IF On("R9.own") THEN disk'[n].log ELSE log'[n])
                              ELSE HasAcknowledged(f, leads'[n], i)})

Commit ==
  committed' =
    committed \cup
      UNION {UNION {{<<j, log'[n][j]>> : j \in 1..i} :
                      i \in {i \in 1..Len(log'[n]) :
                               <<i, log'[n][i]>> \notin committed /\ MayCommit(n, i)}} :
               n \in {n \in Node : leads'[n] > 0}}

(***************************************************************************)
(* The owner's side of an election: Campaign                               *)
(***************************************************************************)

\* Campaign.start: the leader is missed, an election makes no progress, or a hand-over.
StartElection(n) ==
  /\ etcd.term < MaxTerm
  /\ campaign[n].phase # "claiming"
  /\ Cardinality({s \in swaps : s.leader = None}) < MaxRivals
  /\ On("R2.takeover") \/ etcd.leader # None
  /\ campaign' = [campaign EXCEPT ![n] =
                    [Idle EXCEPT !.phase = "claiming", !.term = etcd.term + 1]]
  /\ swaps' = swaps \cup {Claim(n)}
  /\ leads' = [leads EXCEPT ![n] = 0]
  /\ UNCHANGED <<record, boot, term, accepted, log, disk, owed, sent, writes>>
  /\ Commit

\* MetadataStore.swap, at etcd. Whoever was overtaken by it has nothing left to do.
Swap(request) ==
  LET next == [term |-> request.term, owner |-> request.owner, leader |-> request.leader]
  IN /\ etcd' = next
     /\ named' = IF next.leader = None THEN named ELSE [named EXCEPT ![next.term] = next.leader]
     /\ IF On("R1.guard")
        THEN /\ request.guard = Revision(etcd)
             /\ swaps' = {other \in swaps : other.guard = Revision(next)}
             /\ campaign' = [n \in Node |-> IF campaign[n].term < next.term
                                            THEN Idle ELSE campaign[n]]
        ELSE /\ swaps' = swaps \ {request}
             /\ UNCHANGED campaign
     /\ UNCHANGED <<mortal, boot, replicas, sent, writes>>
     /\ Commit

Fencing(n) ==
  /\ campaign' = [campaign EXCEPT ![n].phase = "fencing"]
  /\ sent' = sent \cup {[type |-> "NewTerm", term |-> campaign[n].term, owner |-> <<n, boot[n]>>]}
  /\ UNCHANGED swaps

Telling(n) ==
  LET chosen == campaign[n].chosen
  IN /\ campaign' = [campaign EXCEPT ![n] = IF On("R2.once") THEN Idle
                                            ELSE [@ EXCEPT !.phase = "telling"]]
     /\ sent' = sent \cup {[type |-> "BecomeLeader", term |-> campaign[n].term,
                            to |-> chosen[1], boot |-> chosen[2], head |-> chosen[3]]}
     /\ UNCHANGED swaps

\* Campaign.swapAnswered and Campaign.newConfig: the answer, a read behind a lost one, a watch.
Read(n) ==
  /\ CASE campaign[n].phase = "claiming" /\ IsOurs(n) -> etcd.leader = None /\ Fencing(n)
       [] campaign[n].phase = "claiming" /\ etcd.term + 1 = campaign[n].term ->
            /\ Claim(n) \notin swaps
            /\ swaps' = swaps \cup {Claim(n)}
            /\ UNCHANGED <<campaign, sent>>
       [] campaign[n].phase = "naming" /\ IsOurs(n) -> etcd.leader # None /\ Telling(n)
       [] campaign[n].phase \in {"claiming", "naming"} /\ ~IsOurs(n) ->
            campaign' = [campaign EXCEPT ![n] = Idle] /\ UNCHANGED <<swaps, sent>>
       [] OTHER -> FALSE
  /\ UNCHANGED <<record, boot, replicas, writes>>
  /\ Commit

\* What R1 forbids: to take a swap whose answer was lost for one that took place.
Assume(n) ==
  /\ ~On("R1.settle")
  /\ CASE campaign[n].phase = "claiming" -> Fencing(n)
       [] campaign[n].phase = "naming" -> Telling(n)
       [] OTHER -> FALSE
  /\ UNCHANGED <<record, boot, replicas, writes>>
  /\ Commit

Better(a, b) ==
  IF On("R5.order") THEN a[1] > b[1] \/ (a[1] = b[1] /\ a[2] >= b[2]) ELSE a[2] >= b[2]

\* Campaign.receive and Campaign.choose: the first majority that answered, and its best head.
Choose(n) ==
  /\ \/ campaign[n].phase = "fencing"
     \/ campaign[n].phase \in {"naming", "telling"} /\ ~On("R2.once")
  /\ LET answers == {m \in sent : /\ m.type = "NewTermAnswer" /\ m.term = campaign[n].term
                                  /\ m.owner = <<n, boot[n]>>}
     IN \E Q \in SUBSET answers :
          /\ \A a, b \in Q : a.from = b.from => a = b
          /\ IF On("R5.majority")
             THEN IsMajority(Q) /\ \A a \in Q : ~IsMajority(Q \ {a})
             ELSE Cardinality(Q) = 1
          /\ \E best \in Q :
               /\ On("R5.best") => \A other \in Q : Better(best.head, other.head)
               /\ campaign' = [campaign EXCEPT ![n].phase = "naming",
                                 ![n].chosen = <<best.from, best.boot, best.head>>]
               /\ swaps' = IF On("R1.guard") /\ Revision(etcd) # <<campaign[n].term, FALSE>>
                           THEN swaps ELSE swaps \cup {Naming(n, best.from)}
  /\ UNCHANGED <<record, boot, replicas, sent, writes>>
  /\ Commit

(***************************************************************************)
(* The voter's side: Fence                                                 *)
(***************************************************************************)

\* Fence.receive, Fence.fence, Fence.answerAgain: stop leading, make the term and all before it
\* durable, then answer with the head. What was owed to an older term is dropped (R3).
TakeNewTerm(n, m) ==
  LET again == m.term = term[n]
      answer == [type |-> "NewTermAnswer", term |-> m.term, owner |-> m.owner, from |-> n,
                 boot |-> boot[n], head |-> HeadOf(log[n])]
  IN /\ m.type = "NewTerm"
     /\ m.term > term[n] \/ (again /\ accepted[n] = None)
     /\ answer \notin sent \cup owed[n]
     /\ leads' = IF again \/ ~On("R3.stop") THEN leads ELSE [leads EXCEPT ![n] = 0]
     /\ Remember(n, [term |-> m.term, accepted |-> None, log |-> log[n]], {answer},
                 On("R3.durable"), IF again THEN owed[n] ELSE {})
     /\ UNCHANGED <<record, swaps, campaign, boot, writes>>
     /\ Commit

(***************************************************************************)
(* Leading: Replica.becomeLeader, Leadership                               *)
(***************************************************************************)
AppendOf(n, t, entries) ==
  [type |-> "Append", term |-> t, from |-> n, boot |-> boot[n], log |-> entries]

\* Appends are sent before they are durable here (R9).
Lead(n, t, entries) ==
  Remember(n, [term |-> term[n], accepted |-> IF t = term[n] THEN n ELSE accepted[n],
               log |-> entries], {AppendOf(n, t, entries)}, FALSE, owed[n])

TakeBecomeLeader(n, m) ==
  /\ m.type = "BecomeLeader" /\ m.to = n
  /\ m.term = term[n]
  /\ accepted[n] = None
  /\ On("R4.boot") => m.boot = boot[n]
  /\ On("R4.head") => m.head = HeadOf(log[n])
  /\ leads' = [leads EXCEPT ![n] = m.term]
  /\ Lead(n, m.term, Append(log[n], Entry(m.term, Barrier)))
  /\ UNCHANGED <<record, swaps, campaign, boot, writes>>
  /\ Commit

\* R6: the barrier of the own term is committed.
Serves(n) ==
  /\ leads[n] > 0
  /\ \E i \in 1..Len(log[n]) :
       log[n][i] = Entry(leads[n], Barrier) /\ <<i, log[n][i]>> \in committed

\* Leadership.propose
Propose(n) ==
  /\ writes < MaxWrites
  /\ Serves(n)
  /\ writes' = writes + 1
  /\ Lead(n, leads[n], Append(log[n], Entry(leads[n], writes + 1)))
  /\ UNCHANGED <<record, swaps, campaign, boot, leads>>
  /\ Commit

(***************************************************************************)
(* Following                                                               *)
(***************************************************************************)

\* Following.accepts: the term's one leader, or the leader of a newer term that etcd names.
Accepts(n, m) ==
  /\ m.from # n
  /\ \/ m.term = term[n] /\ (accepted[n] \in {None, m.from} \/ ~On("R3.one"))
     \/ m.term > term[n] /\ named[m.term] = m.from
     \/ m.term < term[n] /\ ~On("R7.term")

\* Following.take: skips what is there, truncates only where something else stands.
Taken(l, m, i) ==
  IF Len(l) >= i /\ l[i] = m.log[i]
  THEN IF On("R7.truncate") THEN l ELSE Prefix(l, i)
  ELSE Append(Prefix(l, i - 1), m.log[i])

\* Following.receive: an append that carries the entry at index i.
TakeAppend(n, m, i) ==
  /\ Accepts(n, m)
  /\ IF On("R7.previous") THEN AgreesAt(log[n], m.log, i - 1) ELSE Len(log[n]) >= i - 1
  /\ LET older == m.term < term[n]
         taken == Taken(log[n], m, i)
         memory == [term |-> IF older THEN term[n] ELSE m.term,
                    accepted |-> IF older THEN accepted[n] ELSE m.from, log |-> taken]
         ack == [type |-> "AppendAck", term |-> m.term, from |-> n,
                 index |-> IF On("R8.covers") THEN i ELSE Len(taken)]
     IN /\ memory # [term |-> term[n], accepted |-> accepted[n], log |-> log[n]]
             \/ ack \notin sent \cup owed[n]
        /\ leads' = IF older THEN leads ELSE [leads EXCEPT ![n] = 0]
        /\ Remember(n, memory, {ack}, On("R8.durable"),
                    {o \in owed[n] : o.type = "AppendAck" /\ o.term = memory.term})
  /\ UNCHANGED <<record, swaps, campaign, boot, writes>>
  /\ Commit

(***************************************************************************)
(* The journal, and the process                                            *)
(***************************************************************************)
InMemory(n) == [term |-> term[n], accepted |-> accepted[n], log |-> log[n]]

\* Input.Persisted: all that was handed to the journal is durable; what waited for it goes out.
Persist(n) ==
  /\ disk[n] # InMemory(n)
  /\ disk' = [disk EXCEPT ![n] = InMemory(n)]
  /\ sent' = sent \cup owed[n]
  /\ owed' = [owed EXCEPT ![n] = {}]
  /\ UNCHANGED <<record, swaps, campaign, boot, term, accepted, log, leads, writes>>
  /\ Commit

\* The process dies with all that is in memory, and starts with what is on its disk.
Crash(n) ==
  /\ MayCrash(n)
  /\ boot' = [boot EXCEPT ![n] = @ + 1]
  /\ campaign' = [campaign EXCEPT ![n] = Idle]
  /\ term' = [term EXCEPT ![n] = disk[n].term]
  /\ accepted' = [accepted EXCEPT ![n] = disk[n].accepted]
  /\ log' = [log EXCEPT ![n] = disk[n].log]
  /\ owed' = [owed EXCEPT ![n] = {}]
  /\ leads' = [leads EXCEPT ![n] = IF ~On("R4.resume") /\ disk[n].accepted = n
                                   THEN disk[n].term ELSE 0]
  /\ UNCHANGED <<record, swaps, disk, sent, writes>>
  /\ Commit

\* Names of their own, so that counter-examples tell them apart.
AnySwap == \E request \in swaps : Swap(request)
AnyNewTerm == \E m \in sent, n \in Node : TakeNewTerm(n, m)
AnyBecomeLeader == \E m \in sent, n \in Node : TakeBecomeLeader(n, m)
AnyAppend ==
  \E m \in sent, n \in Node : m.type = "Append" /\ \E i \in 1..Len(m.log) : TakeAppend(n, m, i)

Protocol ==
  \/ \E n \in Node : Read(n) \/ Assume(n) \/ Choose(n) \/ Propose(n) \/ Persist(n)
  \/ AnySwap \/ AnyNewTerm \/ AnyBecomeLeader \/ AnyAppend

Next == Protocol \/ \E n \in Node : StartElection(n) \/ Crash(n)

Spec == Init /\ [][Next]_vars
SpecForked == Forked /\ [][Next]_vars
NotForked == ~Forked

(***************************************************************************)
(* What must hold                                                          *)
(***************************************************************************)
Appends == {m \in sent : m.type = "Append"}

\* One leader per term, one process per leadership.
OneLeaderPerTerm ==
  \A a \in Appends :
    /\ \A b \in Appends : a.term = b.term => a.from = b.from /\ a.boot = b.boot
    /\ \A n \in Node : leads[n] = a.term => a.from = n /\ a.boot = boot[n]

\* One owner per election.
OneOwnerPerTerm ==
  \A a, b \in sent : a.type = "NewTerm" /\ b.type = "NewTerm" /\ a.term = b.term => a = b

\* What was committed at an index is what is committed there for ever.
CommittedNeverChanges == \A a, b \in committed : a[1] = b[1] => a[2] = b[2]

\* The leader of the newest term has all that was ever acknowledged.
AcknowledgedIsPresent ==
  \A n \in Node : leads[n] = etcd.term =>
    \A c \in committed : Len(log[n]) >= c[1] /\ log[n][c[1]] = c[2]

\* Whichever majority is fenced next: the best log of it has all that was ever acknowledged.
AcknowledgedSurvivesElections ==
  \A Q \in SUBSET Node :
    IsMajority(Q) /\ (\A n \in Q : ~IsMajority(Q \ {n})) =>
      \A best \in Q :
        (\A n \in Q : Better(HeadOf(disk[best].log), HeadOf(disk[n].log))) =>
          \A c \in committed : Len(disk[best].log) >= c[1] /\ disk[best].log[c[1]] = c[2]

\* Equal terms at an index: equal logs up to there.
LogsMatch ==
  \A a, b \in Node : \A i \in 1..Len(log[a]) :
    Len(log[b]) >= i /\ log[a][i].term = log[b][i].term => Prefix(log[a], i) = Prefix(log[b], i)

\* A term never goes back, neither in etcd nor, behind an answer, on a disk.
TermsGrow ==
  \A n \in Node :
    /\ disk[n].term <= term[n] /\ term[n] <= etcd.term
    /\ \A m \in sent : m.type \in {"NewTermAnswer", "AppendAck"} /\ m.from = n
                       => m.term <= disk[n].term

(***************************************************************************)
(* Progress: where no step of the protocol is left, the last term is       *)
(* served, unless a crash within it took the owner or one of the fenced.   *)
(* Each step adds to something, so nothing goes round in circles.          *)
(***************************************************************************)
CrashedWithin ==
  \/ etcd.owner[2] # boot[etcd.owner[1]]
  \/ \E m \in sent : m.type = "NewTermAnswer" /\ m.term = etcd.term /\ m.boot # boot[m.from]

ElectionCanFinish ==
  \/ \E n \in Node : Serves(n) /\ leads[n] = etcd.term
  \/ etcd.term < MaxTerm /\ \E n \in Node : campaign[n].phase = "claiming" \/ ENABLED StartElection(n)
  \/ etcd.term = MaxTerm /\ CrashedWithin
  \/ ENABLED Protocol

(***************************************************************************)
(* For the model checker                                                   *)
(***************************************************************************)
Symmetry == Permutations(Node \ {First})
=============================================================================
