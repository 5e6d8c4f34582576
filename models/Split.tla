-------------------------------- MODULE Split --------------------------------
(***************************************************************************)
(* A shard that is split (R15): one entry of the parent's log, behind      *)
(* which the rows belong to the children. One of the two children stands   *)
(* for both, and the rows are the writes whose keys fall to it.            *)
(*                                                                         *)
(* As in Membership, elections name their leader in one step once a        *)
(* majority is fenced, and an append brings the whole log; a snapshot of   *)
(* the child does the same. The leader of the parent's newest term may     *)
(* hold a lease: the child's election fences nobody of the parent.         *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  Node, First, None,
  Off,           \* names of the parts of rules that are switched off
  Write,         \* writes of clients, each of which may be sent to parent and child
  MaxTerm,       \* of the parent
  MaxChildTerm,
  MaxLog

VARIABLES
  parent,     \* the parent's record: term, leader, whether its children are published
  pTerm, pLog, pLeads, pCommitted,
  swaps,      \* publications on their way, by the revision that guards them
  child,      \* the child's record, or None
  cTerm,
  cLog,       \* node -> the child's log from the parent's first entry on, or None: no replica
  cLeads, cCommitted,
  led,        \* <<term, node>> of all leaders that the child ever had
  acknowledged

vars == <<parent, pTerm, pLog, pLeads, pCommitted, swaps, child, cTerm, cLog, cLeads, cCommitted,
          led, acknowledged>>
ofParent == <<pTerm, pLog, pLeads, pCommitted>>
ofChild == <<cTerm, cLog, cLeads, cCommitted, led>>

On(part) == part \notin Off
IsMajority(S) == 2 * Cardinality(S) > Cardinality(Node)
Entry(t, what) == [term |-> t, what |-> what]
LastTerm(l) == IF l = <<>> THEN 0 ELSE l[Len(l)].term
Better(a, b) == LastTerm(a) > LastTerm(b) \/ (LastTerm(a) = LastTerm(b) /\ Len(a) >= Len(b))

\* The index of the split; 0 if there is none.
SplitOf(l) ==
  IF \E i \in 1..Len(l) : l[i].what = "split"
  THEN CHOOSE i \in 1..Len(l) : l[i].what = "split" /\ \A j \in 1..(i - 1) : l[j].what # "split"
  ELSE 0
WritesIn(l) == {l[i].what : i \in 1..Len(l)} \cap Write
\* What the parent's log applies: behind the split, everything is refused.
AppliedOf(l) ==
  IF SplitOf(l) > 0 /\ On("R15.refuse") THEN SubSeq(l, 1, SplitOf(l)) ELSE l

Init ==
  /\ parent = [term |-> 1, leader |-> First, published |-> FALSE]
  /\ pTerm = [n \in Node |-> 1]
  /\ pLog = [n \in Node |-> <<Entry(1, "barrier")>>]
  /\ pLeads = [n \in Node |-> IF n = First THEN 1 ELSE 0]
  /\ pCommitted = <<Entry(1, "barrier")>>
  /\ swaps = {}
  /\ child = None
  /\ cTerm = [n \in Node |-> 0]
  /\ cLog = [n \in Node |-> None]
  /\ cLeads = [n \in Node |-> 0]
  /\ cCommitted = <<>>
  /\ led = {}
  /\ acknowledged = {}

(***************************************************************************)
(* The parent                                                              *)
(***************************************************************************)
PServes(l) == pLeads[l] > 0 /\ \E i \in 1..Len(pCommitted) : pCommitted[i].term = pLeads[l]

PAppend(l, what) ==
  /\ PServes(l) /\ Len(pLog[l]) < MaxLog
  /\ what \notin {pLog[l][i].what : i \in 1..Len(pLog[l])}
  /\ pLog' = [pLog EXCEPT ![l] = Append(@, Entry(pLeads[l], what))]
  /\ UNCHANGED <<parent, pTerm, pLeads, pCommitted, swaps, child, ofChild, acknowledged>>

PTakeAppend(l, f) ==
  /\ pLeads[l] > 0 /\ f # l /\ pTerm[f] <= pLeads[l] /\ pLeads[f] < pLeads[l]
  /\ pLog[f] # pLog[l] \/ pTerm[f] < pLeads[l]
  /\ pTerm' = [pTerm EXCEPT ![f] = pLeads[l]]
  /\ pLog' = [pLog EXCEPT ![f] = pLog[l]]
  /\ pLeads' = [pLeads EXCEPT ![f] = 0]
  \* with the leader, one follower is a majority of three
  /\ pCommitted' = pLog[l]
  /\ acknowledged' = acknowledged \cup WritesIn(AppliedOf(pLog[l]))
  /\ UNCHANGED <<parent, swaps, child, ofChild>>

PTakeTerm ==
  /\ parent.term < MaxTerm
  /\ parent' = [parent EXCEPT !.term = @ + 1, !.leader = None]
  /\ UNCHANGED <<ofParent, swaps, child, ofChild, acknowledged>>

PBeFenced(n) ==
  /\ pTerm[n] < parent.term
  /\ pTerm' = [pTerm EXCEPT ![n] = parent.term]
  /\ pLeads' = [pLeads EXCEPT ![n] = 0]
  /\ UNCHANGED <<parent, pLog, pCommitted, swaps, child, ofChild, acknowledged>>

PElect ==
  /\ parent.leader = None
  /\ \E Q \in SUBSET {n \in Node : pTerm[n] = parent.term} : \E n \in Q :
       /\ IsMajority(Q) /\ \A other \in Q : Better(pLog[n], pLog[other])
       /\ parent' = [parent EXCEPT !.leader = n]
       /\ pLeads' = [pLeads EXCEPT ![n] = parent.term]
       /\ pLog' = [pLog EXCEPT ![n] = Append(@, Entry(parent.term, "barrier"))]
  /\ UNCHANGED <<pTerm, pCommitted, swaps, child, ofChild, acknowledged>>

\* A read at the parent's leader, which holds a lease. From appending the split it serves none.
PServesReads(l) ==
  PServes(l) /\ pLeads[l] = parent.term /\ (On("R15.serve") => SplitOf(pLog[l]) = 0)

(***************************************************************************)
(* The split                                                               *)
(***************************************************************************)

\* The split is applied here: the rows and the sessions are forked.
Fork(n) ==
  LET i == SplitOf(pLog[n])
  IN /\ cLog[n] = None
     /\ i > 0 /\ Len(pCommitted) >= i /\ SubSeq(pCommitted, 1, i) = SubSeq(pLog[n], 1, i)
     /\ cLog' = [cLog EXCEPT ![n] = SubSeq(pLog[n], 1, i)]
     /\ UNCHANGED <<parent, ofParent, swaps, child, cTerm, cLeads, cCommitted, led, acknowledged>>

\* Anyone asks etcd to publish, once the split is committed.
AskToPublish ==
  /\ SplitOf(pCommitted) > 0
  /\ ~parent.published
  /\ parent \notin swaps
  /\ swaps' = swaps \cup {parent}
  /\ UNCHANGED <<parent, ofParent, child, ofChild, acknowledged>>

Publish(asked) ==
  /\ swaps' = swaps \ {asked}
  /\ asked = parent \/ ~On("R15.guard")
  /\ child' = [term |-> asked.term + 1, leader |-> None]
  /\ parent' = [parent EXCEPT !.published = TRUE]
  /\ UNCHANGED <<ofParent, ofChild, acknowledged>>

(***************************************************************************)
(* The child                                                               *)
(***************************************************************************)
CTakeTerm ==
  /\ child # None /\ child.term < MaxChildTerm
  /\ child' = [term |-> child.term + 1, leader |-> None]
  /\ UNCHANGED <<parent, ofParent, swaps, ofChild, acknowledged>>

\* A replica of the child answers only when it is there.
CBeFenced(n) ==
  /\ child # None /\ cTerm[n] < child.term
  /\ cLog[n] # None \/ ~On("R15.exists")
  /\ cTerm' = [cTerm EXCEPT ![n] = child.term]
  /\ cLog' = IF cLog[n] = None THEN [cLog EXCEPT ![n] = <<>>] ELSE cLog
  /\ cLeads' = [cLeads EXCEPT ![n] = 0]
  /\ UNCHANGED <<parent, ofParent, swaps, child, cCommitted, led, acknowledged>>

CElect ==
  /\ child # None /\ child.leader = None
  /\ \E Q \in SUBSET {n \in Node : cTerm[n] = child.term} : \E n \in Q :
       /\ IsMajority(Q) /\ \A other \in Q : Better(cLog[n], cLog[other])
       /\ child' = [child EXCEPT !.leader = n]
       /\ led' = led \cup {<<child.term, n>>}
       /\ cLeads' = [cLeads EXCEPT ![n] = child.term]
       /\ cLog' = [cLog EXCEPT ![n] = Append(@, Entry(child.term, "barrier"))]
  /\ UNCHANGED <<parent, ofParent, swaps, cTerm, cCommitted, acknowledged>>

\* An append, or a snapshot for a node where the split was not applied.
CTakeAppend(l, f) ==
  /\ cLeads[l] > 0 /\ f # l /\ cTerm[f] <= cLeads[l] /\ cLeads[f] < cLeads[l]
  /\ cLog[f] # cLog[l] \/ cTerm[f] < cLeads[l]
  /\ cTerm' = [cTerm EXCEPT ![f] = cLeads[l]]
  /\ cLog' = [cLog EXCEPT ![f] = cLog[l]]
  /\ cLeads' = [cLeads EXCEPT ![f] = 0]
  /\ cCommitted' = cLog[l]
  /\ acknowledged' = acknowledged \cup WritesIn(cLog[l])
  /\ UNCHANGED <<parent, ofParent, swaps, child, led>>

CServes(l) == cLeads[l] > 0 /\ \E i \in 1..Len(cCommitted) : cCommitted[i].term = cLeads[l]

\* The session table, which was forked too, knows what the parent has applied.
CWrite(l, w) ==
  LET known == IF On("R15.table") THEN cLog[l]
               ELSE SubSeq(cLog[l], SplitOf(cLog[l]) + 1, Len(cLog[l]))
  IN /\ CServes(l) /\ Len(cLog[l]) < MaxLog + 3
     /\ w \notin WritesIn(known)
     /\ cLog' = [cLog EXCEPT ![l] = Append(@, Entry(cLeads[l], w))]
     /\ UNCHANGED <<parent, ofParent, swaps, child, cTerm, cLeads, cCommitted, led, acknowledged>>

Protocol ==
  \/ AskToPublish \/ PElect \/ CElect
  \/ \E asked \in swaps : Publish(asked)
  \/ \E n \in Node : PBeFenced(n) \/ CBeFenced(n) \/ Fork(n)
  \/ \E l, f \in Node : PTakeAppend(l, f) \/ CTakeAppend(l, f)

Next ==
  \/ Protocol \/ PTakeTerm \/ CTakeTerm
  \/ \E n \in Node : \/ \E what \in Write \cup {"split"} : PAppend(n, what)
                     \/ \E w \in Write : CWrite(n, w)

Spec == Init /\ [][Next]_vars

(***************************************************************************)
(* What must hold                                                          *)
(***************************************************************************)
\* The child's leader has what the parent, or an earlier leader, acknowledged.
AcknowledgedIsPresent ==
  \A n \in Node : CServes(n) /\ cLeads[n] = child.term => acknowledged \subseteq WritesIn(cLog[n])

\* Whoever of the parent still serves reads has what the child acknowledged.
ReadsAreLinearizable == \A n \in Node : PServesReads(n) => acknowledged \subseteq WritesIn(pLog[n])

AppliedOnce ==
  \A n \in Node : cLog[n] # None =>
    \A i, j \in 1..Len(cLog[n]) :
      cLog[n][i].what \in Write /\ cLog[n][i].what = cLog[n][j].what => i = j

OneLeaderPerTerm == \A a, b \in led : a[1] = b[1] => a = b

Symmetry == Permutations(Node \ {First})
=============================================================================
