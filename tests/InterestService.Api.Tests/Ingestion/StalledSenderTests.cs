using System.Net;
using System.Net.Sockets;
using System.Text;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Ingestion;

public sealed class StalledSenderTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Senders_that_stop_at_the_beginning_keep_nobody_waiting()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var stalled = new List<Socket>();
        try
        {
            for (int i = 0; i < 40; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                stalled.Add(socket);
                await socket.ConnectAsync(host.BaseAddress.Host, host.BaseAddress.Port, TestContext.Current.CancellationToken);
                string request = $"POST /events HTTP/1.1\r\nHost: {host.BaseAddress.Authority}\r\nContent-Type: text/csv\r\nContent-Length: 1000000\r\n\r\nuser_id,";
                await socket.SendAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
            }

            object[] rows = [new { userId = "u", itemId = "i", eventType = "view", timestamp = "2026-01-01T00:00:00Z" }];
            var upload = host.Client.CallAsync(HttpMethod.Post, "/events", rows);
            // Less than the time after which a silent sender is disconnected.
            Assert.Same(upload, await Task.WhenAny(upload, Task.Delay(TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken)));
            Assert.Equal(HttpStatusCode.OK, (await upload).Status);
        }
        finally
        {
            stalled.ForEach(socket => socket.Dispose());
        }
    }
}
