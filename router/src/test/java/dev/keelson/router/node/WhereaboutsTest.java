package dev.keelson.router.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.proto.internal.v1.NodeRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class WhereaboutsTest {
  private static final NodeRecord A = node("a", "zone-a", "host-1");
  private static final NodeRecord B = node("b", "zone-b", "host-2");

  private static NodeRecord node(String name, String zone, String host) {
    return NodeRecord.newBuilder().setNode(name).setZone(zone).setHost(host).build();
  }

  @Test
  void a_zone_that_was_told_is_believed() {
    Whereabouts here = new Whereabouts("zone-b", "host-1");
    here.learn(List.of(A, B));

    assertThat(here.isNear(B)).isTrue();
    assertThat(here.isNear(A)).isFalse();
  }

  @Test
  void a_neighbour_tells_the_zone_and_it_is_kept_when_the_neighbour_goes() {
    Whereabouts here = new Whereabouts("", "host-1");
    assertThat(here.isNear(A)).isFalse();

    here.learn(List.of(B, A));
    here.learn(List.of(B));

    assertThat(here.isNear(A)).isTrue();
    assertThat(here.isNear(B)).isFalse();
  }

  @Test
  void without_zone_and_host_nobody_is_near() {
    Whereabouts here = new Whereabouts("", "");
    here.learn(List.of(node("c", "", ""), A));

    assertThat(here.isNear(A)).isFalse();
    assertThat(here.isNear(node("c", "", ""))).isFalse();
  }
}
