using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Access;

[Collection(CapturedCommand.Collection)]
public sealed class KeysCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_first_key_is_made_by_a_command_without_which_the_service_does_not_start()
    {
        string database = await postgres.CreateDatabaseAsync();
        string[] settings = ["--environment=Production", $"--ConnectionStrings:Postgres={database}", "--urls=http://127.0.0.1:0"];
        var refused = await CapturedCommand.RunAsync(["serve", .. settings]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("does not start without keys", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Output);

        var created = await CapturedCommand.RunAsync(["keys", "create", "operator", "--scope", "admin", .. settings]);
        Assert.Equal(0, created.ExitCode);
        Assert.Matches("^isk_[A-Za-z0-9_-]{43}$", created.Output);
        await using var host = await ApiHost.StartAsync(database, "--environment=Production", "--InterestService:Role=Api");
        Assert.Equal(HttpStatusCode.OK, await LookAsync(host, created.Output));

        var again = await CapturedCommand.RunAsync(["keys", "create", "operator", "--scope", "admin", .. settings]);
        Assert.Equal((1, "There is a key with the name 'operator' already."), (again.ExitCode, again.Output));
        var list = await CapturedCommand.RunAsync(["keys", "list", .. settings]);
        Assert.StartsWith("operator\tadmin\tdoes not expire", list.Output, StringComparison.Ordinal);

        var rotated = await CapturedCommand.RunAsync(["keys", "rotate", "operator", "--grace", "600", .. settings]);
        await Wait.UntilAsync(async () => await LookAsync(host, rotated.Output) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await LookAsync(host, created.Output));
        Assert.Equal(0, (await CapturedCommand.RunAsync(["keys", "revoke", "operator", .. settings])).ExitCode);
        await Wait.UntilAsync(async () => await LookAsync(host, rotated.Output) == HttpStatusCode.Unauthorized);
        Assert.Equal(1, (await CapturedCommand.RunAsync(["keys", "revoke", "operator", .. settings])).ExitCode);
    }

    [Theory]
    [InlineData("keys", "create", "reader")]
    [InlineData("keys", "create", "reader", "--scope", "everything")]
    [InlineData("keys", "create", "service", "--scope", "admin")]
    [InlineData("keys", "create", "reader", "--scope", "admin", "--expires", "2020-01-01T00:00:00Z")]
    [InlineData("keys", "rotate", "reader", "--grace", "-1")]
    [InlineData("keys", "revoke", "reader")]
    [InlineData("keys", "revoke")]
    public async Task What_cannot_be_done_is_refused(params string[] words) => Assert.Equal(
        1, (await CapturedCommand.RunAsync([.. words, $"--ConnectionStrings:Postgres={await postgres.CreateDatabaseAsync()}"])).ExitCode);

    private static async Task<HttpStatusCode> LookAsync(ApiHost host, string key) =>
        (await host.Client.CallAsync(HttpMethod.Get, "/clusters", null, ("X-API-Key", key))).Status;
}
