package org.fleetban.enforcer;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Accepts connections on the given ports and closes them; ends when its standard input does. */
public final class PortListener {

    private PortListener() {}

    public static void main(String[] ports) throws IOException {
        List<ServerSocket> open = new ArrayList<>();
        for (String port : ports) {
            ServerSocket socket = new ServerSocket(Integer.parseInt(port));
            open.add(socket);
            Thread thread = new Thread(() -> accept(socket));
            thread.setDaemon(true);
            thread.start();
        }
        System.out.println("ready on " + open.size());
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }

    private static void accept(ServerSocket socket) {
        while (true) {
            try (Socket connection = socket.accept()) {
                connection.getOutputStream().write('.');
            } catch (IOException e) {
                return;
            }
        }
    }
}
