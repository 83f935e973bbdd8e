import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.cassandra.thrift.Cassandra;
import org.apache.cassandra.thrift.CfDef;
import org.apache.cassandra.thrift.Column;
import org.apache.cassandra.thrift.ColumnOrSuperColumn;
import org.apache.cassandra.thrift.ColumnParent;
import org.apache.cassandra.thrift.ConsistencyLevel;
import org.apache.cassandra.thrift.KeyRange;
import org.apache.cassandra.thrift.KeySlice;
import org.apache.cassandra.thrift.KsDef;
import org.apache.cassandra.thrift.Mutation;
import org.apache.cassandra.thrift.SlicePredicate;
import org.apache.cassandra.thrift.SliceRange;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TFramedTransport;
import org.apache.thrift.transport.TSocket;

/**
 * Speaks Thrift to Cassandra, as Contrail's own programs do.
 *
 *   Thrift make HOST PREFIX DUMP VALIDATION [COMPARATOR]
 *                                             makes the keyspaces and column families of a dump, with nothing in them;
 *                                             values are of class VALIDATION, names of class COMPARATOR
 *   Thrift put HOST PREFIX DUMP [composite]   puts the cells of a dump there; the components of composite names stand
 *                                             on lines of their own
 *   Thrift get HOST PREFIX KEYSPACE...        prints the member "cassandra" of a dump
 *   Thrift drop HOST PREFIX KEYSPACE...       drops keyspaces
 */
public class Thrift {
    private static final int PORT = 9160;
    private static final int ROWS = 100;
    private static final int COLUMNS = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cassandra.Client client;
    private final String prefix;

    private Thrift(String host, String prefix) throws Exception {
        TFramedTransport transport = new TFramedTransport(new TSocket(host, PORT, 60000));
        transport.open();
        this.client = new Cassandra.Client(new TBinaryProtocol(transport));
        this.prefix = prefix;
    }

    public static void main(String[] args) throws Exception {
        Thrift thrift = new Thrift(args[1], args[2]);
        switch (args[0]) {
            case "make":
                thrift.make(JSON.readTree(new File(args[3])).get("cassandra"), args[4], args.length > 5 ? args[5] : "");
                break;
            case "put":
                thrift.put(JSON.readTree(new File(args[3])).get("cassandra"), args.length > 4);
                break;
            case "get":
                ObjectNode all = JSON.createObjectNode();
                for (int i = 3; i < args.length; i++) {
                    all.set(args[i], thrift.get(args[i]));
                }
                System.out.write(JSON.writeValueAsBytes(all));
                System.out.flush();
                break;
            case "drop":
                for (int i = 3; i < args.length; i++) {
                    thrift.client.system_drop_keyspace(thrift.prefix + args[i]);
                }
                break;
            default:
                throw new IllegalArgumentException(args[0]);
        }
    }

    private void make(JsonNode keyspaces, String validation, String comparator) throws Exception {
        for (String name : names(keyspaces)) {
            List<CfDef> families = new ArrayList<>();
            for (String table : names(keyspaces.get(name))) {
                CfDef family = new CfDef(prefix + name, table);
                family.setGc_grace_seconds(864000);
                if (!validation.isEmpty()) {
                    family.setDefault_validation_class(validation);
                }
                if (!comparator.isEmpty()) {
                    family.setComparator_type(comparator);
                }
                families.add(family);
            }
            KsDef keyspace = new KsDef(prefix + name, "org.apache.cassandra.locator.SimpleStrategy", families);
            keyspace.setStrategy_options(Collections.singletonMap("replication_factor", "1"));
            client.system_add_keyspace(keyspace);
        }
    }

    private void put(JsonNode keyspaces, boolean composite) throws Exception {
        for (String name : names(keyspaces)) {
            client.set_keyspace(prefix + name);
            for (String table : names(keyspaces.get(name))) {
                JsonNode rows = keyspaces.get(name).get(table);
                Map<ByteBuffer, Map<String, List<Mutation>>> batch = new HashMap<>();
                for (String key : names(rows)) {
                    List<Mutation> mutations = new ArrayList<>();
                    for (String column : names(rows.get(key))) {
                        JsonNode cell = rows.get(key).get(column);
                        Column c = new Column(composite ? composite(column) : bytes(column));
                        c.setValue(bytes(cell.get(0).textValue()));
                        c.setTimestamp(cell.get(1).longValue());
                        ColumnOrSuperColumn either = new ColumnOrSuperColumn();
                        either.setColumn(c);
                        Mutation mutation = new Mutation();
                        mutation.setColumn_or_supercolumn(either);
                        mutations.add(mutation);
                    }
                    batch.put(bytes(key), Collections.singletonMap(table, mutations));
                    if (batch.size() == ROWS) {
                        client.batch_mutate(batch, ConsistencyLevel.QUORUM);
                        batch.clear();
                    }
                }
                client.batch_mutate(batch, ConsistencyLevel.QUORUM);
            }
        }
    }

    private JsonNode get(String name) throws Exception {
        ObjectNode tables = JSON.createObjectNode();
        client.set_keyspace(prefix + name);
        for (CfDef family : client.describe_keyspace(prefix + name).getCf_defs()) {
            ObjectNode rows = JSON.createObjectNode();
            ByteBuffer start = ByteBuffer.allocate(0);
            while (true) {
                KeyRange range = new KeyRange(ROWS);
                range.setStart_key(start);
                range.setEnd_key(new byte[0]);
                List<KeySlice> slices = client.get_range_slices(new ColumnParent(family.getName()), from(new byte[0]), range, ConsistencyLevel.QUORUM);
                for (KeySlice slice : slices) {
                    ObjectNode cells = JSON.createObjectNode();
                    columns(family.getName(), slice, cells);
                    if (cells.size() > 0) {
                        rows.set(text(slice.getKey()), cells);
                    }
                }
                if (slices.size() < ROWS) {
                    break;
                }
                start = ByteBuffer.wrap(slices.get(slices.size() - 1).getKey());
            }
            tables.set(family.getName(), rows);
        }
        return tables;
    }

    /** The columns of a row, by pages beyond the first. */
    private void columns(String table, KeySlice slice, ObjectNode cells) throws Exception {
        List<ColumnOrSuperColumn> page = slice.getColumns();
        while (true) {
            for (ColumnOrSuperColumn either : page) {
                Column c = either.getColumn();
                cells.putArray(text(c.getName())).add(text(c.getValue())).add(c.getTimestamp());
            }
            if (page.size() < COLUMNS) {
                return;
            }
            byte[] last = page.get(page.size() - 1).getColumn().getName();
            page = client.get_slice(ByteBuffer.wrap(slice.getKey()), new ColumnParent(table), from(last), ConsistencyLevel.QUORUM);
            if (page.size() == 1) {
                return;
            }
        }
    }

    private static SlicePredicate from(byte[] name) {
        SlicePredicate predicate = new SlicePredicate();
        predicate.setSlice_range(new SliceRange(ByteBuffer.wrap(name), ByteBuffer.allocate(0), false, COLUMNS));
        return predicate;
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> i = node.fieldNames(); i.hasNext(); ) {
            names.add(i.next());
        }
        return names;
    }

    /** A composite name: of each component its length, its bytes, and a zero. */
    private static ByteBuffer composite(String lines) {
        ByteBuffer name = ByteBuffer.allocate(4 * lines.length() + 16);
        for (String line : lines.split("\n", -1)) {
            byte[] component = line.getBytes(StandardCharsets.UTF_8);
            name.putShort((short) component.length).put(component).put((byte) 0);
        }
        name.flip();
        return name;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
