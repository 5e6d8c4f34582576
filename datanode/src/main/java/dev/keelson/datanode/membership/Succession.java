package dev.keelson.datanode.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.proto.internal.v1.IdentityRecord;
import java.util.List;
import java.util.function.Consumer;

/**
 * Notices that another process has started as this node: the one with the greater boot number is
 * the node, so this one must end. Two processes of one name on two disks come from a slip in the
 * configuration, or from a pod that was thought dead.
 */
public final class Succession {
  private Succession() {}

  /**
   * @param superseded told why, once or more, on a thread of the store
   */
  public static Subscription watch(
      MetadataStore store, NodeIdentity self, Consumer<String> superseded) {
    String key = MetadataKeys.identity(self.node());
    return store.watch(
        key,
        new MetadataStore.Watcher() {
          @Override
          public void reset(Listing all) {
            all.entries().forEach(this::look);
          }

          @Override
          public void changed(List<Entry> puts, List<String> deletes, long revision) {
            puts.forEach(this::look);
          }

          private void look(Entry entry) {
            if (!entry.key().equals(key)) {
              return;
            }
            try {
              IdentityRecord record = IdentityRecord.parseFrom(entry.value());
              if (record.getBoot() > self.boot()) {
                superseded.accept(
                    "start "
                        + record.getBoot()
                        + " of node "
                        + self.node()
                        + " is under way elsewhere on disk "
                        + record.getDiskId()
                        + "; this is start "
                        + self.boot()
                        + " and must end");
              }
            } catch (InvalidProtocolBufferException e) {
              superseded.accept(key + " in etcd can't be read: " + e.getMessage());
            }
          }
        });
  }
}
