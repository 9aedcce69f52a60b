using System.Net;
using System.Net.Http.Headers;
using System.Text;
using InterestService.Api.Tests.Dashboard;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting;

public sealed class PagePolicyTests(PostgresFixture postgres)
{
    private static readonly string[] _production =
    [
        "--environment=Production", "--InterestService:Role=Api",
        "--InterestService:ApiKeys:0:Name=operator", "--InterestService:ApiKeys:0:Key=the-key-of-the-operator", "--InterestService:ApiKeys:0:Scopes:0=admin",
        "--InterestService:ApiKeys:1:Name=reader", "--InterestService:ApiKeys:1:Key=the-key-of-the-reader", "--InterestService:ApiKeys:1:Scopes:0=interests:read",
    ];

    /// <summary>What browsers add to requests that a page of another origin sends.</summary>
    private static readonly (string Name, string Value)[][] _foreign =
    [
        [("Origin", "http://evil.example")], [("Origin", "null")], [("Origin", "http://127.0.0.1:1")], [("Origin", "http://localhost:5080")],
        [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")],
    ];

    [Theory]
    [InlineData("/dashboard", HttpStatusCode.OK)]
    [InlineData("/swagger/index.html", HttpStatusCode.OK)]
    [InlineData("/hangfire", HttpStatusCode.OK)] // on this machine
    public async Task Each_page_has_a_policy_for_what_it_may_load_and_who_may_frame_it(string page, HttpStatusCode expected)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _production);
        var (status, _, response) = await host.Client.CallAsync(HttpMethod.Get, page);
        Assert.Equal(expected, status);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Opener-Policy")));
    }

    [Theory]
    [InlineData("/swagger/index.html", "#operations-tag-Operations")]
    [InlineData("/hangfire", "#wrap h1")]
    [InlineData("/hangfire/servers", "#wrap h1")]
    public async Task A_page_works_under_its_policy(string page, string element)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await using var browser = await DashboardBrowser.StartAsync(host.BaseAddress);
        await browser.Page.GotoAsync(new Uri(host.BaseAddress, page).ToString());
        await browser.Page.Locator(element).First.WaitForAsync();
        browser.AssertNoFaults(page);
    }

    [Theory]
    [InlineData("Dashboard", "/dashboard")]
    [InlineData("Dashboard", "/dashboard/app.js")]
    [InlineData("Swagger", "/swagger/index.html")]
    [InlineData("Swagger", "/swagger/v1/swagger.json")]
    [InlineData("Hangfire", "/hangfire")]
    [InlineData("Hangfire", "/HANGFIRE/jobs/enqueued")]
    public async Task A_page_is_for_whom_the_settings_say(string name, string page)
    {
        await using (var closed = await StartAsync("Nobody")) await closed.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, page);
        await using (var local = await StartAsync("Local"))
        {
            Assert.Equal(HttpStatusCode.OK, (await local.Client.CallAsync(HttpMethod.Get, page)).Status);
            await local.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, page, null, ("X-Forwarded-For", "8.8.8.8"));
        }

        await using var admin = await StartAsync("Admin");
        var (status, _, response) = await admin.Client.CallAsync(HttpMethod.Get, page);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("Basic", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, await VisitAsync("a-key-that-is-not-known"));
        Assert.Equal(HttpStatusCode.Forbidden, await VisitAsync("the-key-of-the-reader"));
        Assert.Equal(HttpStatusCode.OK, await VisitAsync("the-key-of-the-operator"));
        Assert.Equal(HttpStatusCode.OK, (await admin.Client.CallAsync(HttpMethod.Get, page, null, ("X-API-Key", "the-key-of-the-operator"))).Status);
        foreach (string garbage in new[] { "Basic", "Basic !", "Basic " + Convert.ToBase64String("no colon"u8), "Bearer x" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            request.Headers.TryAddWithoutValidation("Authorization", garbage);
            using var refused = await admin.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        // The API takes no passwords, which browsers send by themselves.
        await admin.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "/keys", null, ("Authorization", Basic("the-key-of-the-operator")));

        async Task<ApiHost> StartAsync(string access) => await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), [.. _production, $"--InterestService:Pages:{name}={access}"]);

        async Task<HttpStatusCode> VisitAsync(string password) => (await admin.Client.CallAsync(HttpMethod.Get, page, null, ("Authorization", Basic(password)))).Status;
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Pages_of_other_origins_cannot_act_on_the_jobs(string environment)
    {
        await using var host = await ApiHost.StartAsync(
            await postgres.CreateDatabaseAsync(), [.. _production, $"--environment={environment}", "--InterestService:Pages:Hangfire=Admin"]);
        const string path = "/hangfire/jobs/enqueued/delete";
        foreach (var headers in _foreign)
        {
            using var jobs = Form();
            Assert.Equal(HttpStatusCode.Forbidden, (await host.Client.CallAsync(HttpMethod.Post, path, jobs, [.. headers, ("Authorization", Basic("the-key-of-the-operator"))])).Status);
        }

        using var own = Form();
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(
            HttpMethod.Post, path, own, ("Origin", host.BaseAddress.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"), ("Authorization", Basic("the-key-of-the-operator")))).Status);

        static FormUrlEncodedContent Form() => new(new Dictionary<string, string> { ["jobs[]"] = "1" });
    }

    [Fact]
    public async Task In_Development_a_page_of_another_origin_can_change_nothing()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), "--InterestService:Role=Api");
        (HttpMethod Method, string Path)[] changes =
        [
            (HttpMethod.Post, "/clusterings"), (HttpMethod.Post, $"/clusterings/{Guid.NewGuid()}/publish"), (HttpMethod.Put, "/users/x/opt-out"), (HttpMethod.Delete, "/users/x"),
            (HttpMethod.Post, "/keys/x/rotate"), (HttpMethod.Post, "/events"),
        ];
        foreach (var (method, path) in changes)
        {
            foreach (var headers in _foreign) await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, method, path, null, headers);
            foreach (string type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "TEXT/plain; charset=utf-8", "text/ping", "application/csp-report" })
            {
                using var body = new ByteArrayContent("{}"u8.ToArray());
                body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
                var (status, _, _) = await host.Client.CallAsync(method, path, body); // as forms of browsers that tell no origin
                Assert.True(status is HttpStatusCode.UnsupportedMediaType, $"{method} {path} {type}: {status}");
            }

            // A browser that tells nothing of the page, with no body.
            await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, method, path, null, ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:52.0) Gecko/20100101 Firefox/52.0"));
        }

        Assert.Empty((await host.Client.GetJsonAsync("/clusterings"))["items"]!.AsArray());
        Assert.Empty((await host.Client.GetJsonAsync("/audit"))["items"]!.AsArray());
        var own = await host.Client.CallAsync(HttpMethod.Put, "/users/x/opt-out", null, ("Origin", host.BaseAddress.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.NoContent, own.Status);
        // Programs tell no origin: neither those that send no body nor those that call themselves browsers and send JSON.
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, "/users/x/opt-out", null, ("User-Agent", "curl/8.5.0"))).Status);
        var started = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", new { encoder = "svd" }, ("User-Agent", "Mozilla/5.0 (Linux) PowerShell/7.4"));
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
    }

    private static string Basic(string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"visitor:{password}"))}";
}
