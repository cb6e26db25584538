package io.seawall.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeapLedgerTest {
    private static final int ONE = 100_000;
    private static final int ALL = 300_000;

    private final List<HeapBudget.Excess> ended = new ArrayList<>();
    private final HeapBudget budget = new HeapBudget(ONE, ALL, ended::add);
    private final List<EmbeddedChannel> connections = new ArrayList<>();

    @AfterEach
    void nothingStaysBooked() {
        connections.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertEquals(0, budget.booked());
    }

    private EmbeddedChannel connects(boolean shared) {
        EmbeddedChannel connection = new EmbeddedChannel();
        connections.add(connection);
        assertTrue(HeapLedger.open(budget, connection, shared));
        return connection;
    }

    private static HeapLedger of(EmbeddedChannel connection) {
        return HeapLedger.of(connection);
    }

    private void run() {
        connections.forEach(EmbeddedChannel::runPendingTasks);
    }

    private List<Boolean> open() {
        return connections.stream().map(EmbeddedChannel::isOpen).toList();
    }

    @Test
    void booksAConnectionUntilItCloses() {
        connects(false);
        assertEquals(HeapCost.CONNECTION, budget.booked());

        connections.getFirst().close();

        assertEquals(0, budget.booked());
    }

    @Test
    void endsAConnectionThatNeedsMoreThanOneMay() {
        EmbeddedChannel greedy = connects(false);
        connects(false);

        assertTrue(of(greedy).book(ONE - HeapCost.CONNECTION));
        assertFalse(of(greedy).book(1));
        assertFalse(of(greedy).book(1), "nothing more is kept for whom it ends");
        run();

        assertEquals(List.of(false, true), open());
        assertEquals(List.of(HeapBudget.Excess.CONNECTION), ended);
    }

    @Test
    void endsTheCostliestWhenAllTogetherNeedTooMuch() {
        for (int kept : List.of(60_000, 90_000, 60_000)) {
            assertTrue(of(connects(false)).book(kept));
        }
        assertTrue(of(connects(false)).book(80_000), "somebody else makes room");
        run();

        assertEquals(List.of(true, false, true, true), open());
        assertEquals(List.of(HeapBudget.Excess.ALL), ended);
        assertTrue(budget.booked() <= ALL);
    }

    @Test
    void ofTwoThatCostTheSameEndsTheOlder() {
        for (int i = 0; i < 3; i++) {
            assertTrue(of(connects(false)).book(85_000));
        }
        assertTrue(of(connects(false)).book(60_000));
        run();

        assertEquals(List.of(false, true, true, true), open());
    }

    @Test
    void booksNothingOfAClientThatALayerLetIn() {
        EmbeddedChannel owner = connects(false);
        of(owner).book(90_000);
        of(owner).grant();
        assertEquals(0, budget.booked());

        assertTrue(of(owner).book(10 * ALL));
        of(owner).free(10 * ALL);
        for (int i = 0; i < 5; i++) {
            of(connects(false)).book(90_000);
        }
        run();

        assertTrue(owner.isOpen());
        assertTrue(budget.booked() <= ALL);
    }

    @Test
    void letsAProxysGrantedRequestGoOnAndRefusesTheOthersBesideIt() {
        EmbeddedChannel proxy = connects(true);
        of(proxy).grant();
        Exchange owners = Exchange.start(proxy, null);
        owners.granted("basic");
        assertTrue(owners.book(10 * ALL), "a layer let it in");

        assertTrue(of(proxy).book(ALL / 2 - HeapCost.CONNECTION));
        assertFalse(of(proxy).book(1), "another client's, on the same connection");
        run();
        assertTrue(proxy.isOpen());

        owners.end(proxy);
        assertFalse(of(proxy).book(1));
        run();
        assertFalse(proxy.isOpen(), "nobody is on it any more whom a layer let in");
    }

    @Test
    void aProxysConnectionMayHaveMoreThanOneClients() {
        EmbeddedChannel proxy = connects(true);

        assertTrue(of(proxy).book(ONE));
        run();
        assertTrue(proxy.isOpen());
    }

    @Test
    void aProxysConnectionHasABoundOfItsOwnHoweverLargeTheHeapIs() {
        HeapBudget large = new HeapBudget(ONE, 1_000L * ONE, ended::add);
        EmbeddedChannel proxy = new EmbeddedChannel();
        assertTrue(HeapLedger.open(large, proxy, true));

        assertTrue(of(proxy).book(16 * ONE - HeapCost.CONNECTION));
        assertFalse(of(proxy).book(1));
        proxy.finishAndReleaseAll();
    }

    @Test
    void ofAProxysConnectionsEndsNoneWithAGrantedRequest() {
        EmbeddedChannel busy = connects(true);
        of(busy).book(90_000);
        Exchange.start(busy, null).granted("gateway");
        for (int i = 0; i < 3; i++) {
            of(connects(true)).book(80_000);
        }
        run();

        assertEquals(List.of(true, false, true, true), open());
    }

    @Test
    void saysNoWhereNobodyCanMakeRoom() {
        for (int i = 0; i < 4; i++) {
            EmbeddedChannel busy = connects(true);
            Exchange.start(busy, null).granted("gateway");
            of(busy).book(70_000);
        }
        EmbeddedChannel late = new EmbeddedChannel();
        connections.add(late);

        assertTrue(HeapLedger.open(budget, late, false) || !HeapLedger.of(late).book(1));
        run();
        assertEquals(List.of(true, true, true, true), open().subList(0, 4));
    }

    @Test
    void shedsTheCostliest() {
        for (int kept : List.of(10_000, 90_000, 50_000)) {
            of(connects(false)).book(kept);
        }
        budget.shed(100_000);
        run();

        assertEquals(List.of(true, false, false), open());
    }

    @Test
    void aRequestsHeadIsBookedAsLongAsItIsUnderWay() {
        EmbeddedChannel connection = connects(false);
        RequestHead head = new RequestHead("GET", "/", "a", Persistence.KEPT,
                Headers.builder().add("Cookie", "c".repeat(30_000)).build(), Body.NONE);
        Exchange exchange = Exchange.start(connection, head);
        assertTrue(budget.booked() > 30_000, "booked " + budget.booked());

        exchange.keepsForAnswer();
        assertTrue(budget.booked() < HeapCost.CONNECTION + 2_000, "booked " + budget.booked());

        exchange.end(connection);
        assertEquals(HeapCost.CONNECTION, budget.booked());
    }

    @Test
    void keepsNothingOfAConnectionThatItRefusedBeforeItHadAnEventLoop() {
        EmbeddedChannel busy = connects(true);
        Exchange.start(busy, null).granted("gateway");
        of(busy).charge(ALL - HeapCost.CONNECTION);
        NioSocketChannel fresh = new NioSocketChannel();

        assertFalse(HeapLedger.open(budget, fresh, false));
        fresh.unsafe().closeForcibly(); // which tells no listener
        assertEquals(1, budget.connections());
        assertEquals(ALL, budget.booked());
    }

    @Test
    void keepsAKnownNetworksConnectionWhereThereIsNoRoom() {
        EmbeddedChannel busy = connects(true);
        Exchange.start(busy, null).granted("gateway");
        of(busy).charge(ALL - HeapCost.CONNECTION);
        NioSocketChannel known = new NioSocketChannel();

        HeapLedger.openKnown(budget, known, false);
        busy.close();
        assertTrue(HeapLedger.of(known).book(1), "there is room again");
        HeapLedger.of(known).grant();
        known.unsafe().closeForcibly();
    }

    @Test
    void leavesAConnectionAloneThatHasNoEventLoopYet() {
        NioSocketChannel fresh = new NioSocketChannel();
        assertTrue(HeapLedger.open(budget, fresh, false));
        HeapLedger.of(fresh).book(90_000);
        of(connects(false)).book(80_000);
        of(connects(false)).book(80_000);
        of(connects(false)).book(80_000);
        run();

        assertEquals(List.of(false, true, true), open(), "the costliest of the others");
        HeapLedger.of(fresh).grant();
        fresh.unsafe().closeForcibly();
    }
}
