using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Hosting;

public sealed class LogPrivacyTests(PostgresFixture postgres)
{
    [Fact]
    public async Task No_operation_logs_who_or_what_it_is_about()
    {
        using var folder = new TestFolder();
        string log = Path.Combine(folder.Path, "service.log");
        await using (var host = await ApiHost.StartAsync(
            await postgres.CreateDatabaseAsync(),
            "--Serilog:MinimumLevel:Default=Information", "--Serilog:Using:0=Serilog.Sinks.File", "--Serilog:WriteTo:0:Name=File", $"--Serilog:WriteTo:0:Args:path={log}",
            "--Serilog:WriteTo:0:Args:formatter=Serilog.Formatting.Compact.CompactJsonFormatter, Serilog.Formatting.Compact"))
        {
            foreach (var operation in ApiOperation.All.Where(operation => operation.Method != "GET" || !operation.NeedsId))
            {
                using var request = operation.CreateRequest();
                using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            }

            // With a path that has no route, and a body that is refused.
            using var stray = await host.Client.GetAsync("/users/user-00370/secrets?query=user-00370", TestContext.Current.CancellationToken);
            await host.Client.CallAsync(HttpMethod.Post, "/events", new[] { new { userId = "user-00370", eventType = 7 } });
        }

        string text = await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
        Assert.Contains("/users/{id}/opt-out", text, StringComparison.Ordinal);
        Assert.Contains("(no route)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("user-0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sku-0", text, StringComparison.Ordinal);
        Assert.DoesNotContain(ManagedKey.Prefix, text, StringComparison.Ordinal);
    }
}
