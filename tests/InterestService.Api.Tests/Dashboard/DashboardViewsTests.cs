using System.Text.RegularExpressions;
using InterestService.Api.Tests.Support;
using Microsoft.Playwright;

namespace InterestService.Api.Tests.Dashboard;

/// <summary>Every view in a browser, on a public data set and on an empty service.</summary>
public sealed partial class DashboardViewsTests(PostgresFixture postgres)
{
    private const string Data = "edu_mooced_dlt";

    private static readonly string[] _names =
    [
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebungsverfahrensordnung", "أدوات المطبخ والمائدة ومستلزمات الخبز المنزلي للعائلات الكبيرة والصغيرة",
        "面向初学者的机器学习与数据分析课程以及配套实验材料和在线答疑服务合集（第三版修订本）",
        "Self-inflating insulated sleeping mats, extra long and extra wide, for expeditions in winter",
    ];

    private static readonly string[] _views =
        ["", "clusters", "users", "map", "clusterings", "clusterings/new", "comparisons", "comparisons/new", "data", "feedback", "nowhere"];

    [Fact]
    public async Task A_file_becomes_clusters_users_and_a_published_choice()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await using var browser = await DashboardBrowser.StartAsync(host.BaseAddress);
        var page = browser.Page;

        await browser.OpenAsync("data");
        await page.Locator("input[type=file]").SetInputFilesAsync(PublicData.Find(Data)!);
        // What became of the file, and what is stored.
        await Assertions.Expect(page.GetByText("4,977", new() { Exact = true })).ToHaveCountAsync(2);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Events by type" })).ToBeVisibleAsync();
        await browser.SettleAsync();
        await browser.AssertSoundAsync("data");

        string first = await StartAsync(browser, "svd");
        string second = await StartAsync(browser, "communities");
        var clusters = await host.Client.GetJsonAsync("/clusters");
        string label = (string)clusters["items"]![0]!["label"]!, user = (string)clusters["items"]![0]!["medoids"]![0]!;

        await browser.OpenAsync("");
        await page.GetByRole(AriaRole.Link, new() { Name = label, Exact = true }).First.ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(label);
        await browser.SettleAsync();
        await browser.AssertSoundAsync("cluster");
        await page.GetByRole(AriaRole.Link, new() { Name = user, Exact = true }).First.ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(user);
        await browser.SettleAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Recommendations");
        await browser.AssertSoundAsync("user");

        await browser.OpenAsync("map");
        await page.GetByRole(AriaRole.Searchbox).FillAsync(user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show on the map" }).ClickAsync();
        await browser.SettleAsync();
        await browser.AssertSoundAsync("a user on the map");
        await ClickDotAsync(page);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(user);
        await browser.SettleAsync();
        await browser.OpenAsync("map");
        await AssertLassoSelectsAsync(page);
        await browser.AssertSoundAsync("users selected on the map");

        bool secondIsPublished = (bool)(await host.Client.GetJsonAsync($"/clusterings/{second}"))["published"]!;
        string other = secondIsPublished ? first : second;
        await browser.OpenAsync($"clusterings/{other}");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^(Publish|Roll back)") }).ClickAsync();
        await Assertions.Expect(page.GetByText("published", new() { Exact = true })).ToBeVisibleAsync();
        Assert.True((bool)(await host.Client.GetJsonAsync($"/clusterings/{other}"))["published"]!);
        await browser.AssertSoundAsync("clustering");
        await page.GetByLabel("Format").SelectOptionAsync("Parquet");
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).ClickAsync());
        Assert.Equal($"assignments-{other}.parquet", file.SuggestedFilename);
        Assert.StartsWith("PAR1", await File.ReadAllTextAsync(await file.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await browser.OpenAsync($"clusterings/{first}/compare/{second}");
        await browser.AssertSoundAsync("compare");

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        foreach (string view in _views)
        {
            await browser.OpenAsync(view);
            await browser.AssertSoundAsync(view);
        }

        await AssertPartTriesAgainAsync(browser);
        await using var phone = await DashboardBrowser.StartAsync(host.BaseAddress, "zh-CN", ColorScheme.Light, width: 390);
        foreach (string view in _views.Concat([$"clusters/{clusters["items"]![0]!["id"]}", $"users/{user}", $"clusterings/{first}", $"clusterings/{first}/compare/{second}"]))
        {
            await phone.OpenAsync(view);
            await phone.AssertSoundAsync($"{view} (zh, 390)");
        }
    }

    /// <summary>Ids and names of any length, script and direction, and users whom nothing divides.</summary>
    [Fact]
    public async Task Long_names_stay_within_their_places()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        string[] users = [.. _names.SelectMany(name => Enumerable.Range(0, 12).Select(i => $"{name}/{i}?"))];
        await host.Client.CallAsync(HttpMethod.Put, "/items", _names.SelectMany((name, n) => Enumerable.Range(0, 4)
            .Select(i => new { itemId = $"{n} {i} {new string('x', 90)}", title = $"{name} {i}", categories = new[] { name, $"{name} {i % 2}" } })));
        await host.Client.UploadAsync(users.SelectMany((user, u) => Enumerable.Range(0, 4).Select(i => new
        {
            userId = user,
            itemId = $"{u / 12} {i} {new string('x', 90)}",
            eventType = i == 0 ? new string('e', 60) : "purchase",
            source = $"{_names[0][..60]}{i % 2}",
            timestamp = $"2026-05-{1 + i:00}T{u % 24:00}:00:00Z",
        })));
        var first = await host.Client.ClusterAsync(new { encoder = "svd", clusters = _names.Length, seed = 1 });
        var second = await host.Client.ClusterAsync(new { encoder = "svd", algorithm = "agglomerative", clusters = 2, seed = 1, publish = "manual" });
        string shown = Uri.EscapeDataString(users[0]);
        var recommended = await host.Client.GetJsonAsync($"/users/{shown}/recommendations");
        await host.Client.UploadAsync(recommended["items"]!.AsArray().Select(item => new
        {
            userId = users[0],
            itemId = (string)item!["itemId"]!,
            eventType = "impression",
            recommendationId = (string)recommended["recommendationId"]!,
            timestamp = DateTimeOffset.UtcNow,
        }));
        await using var browser = await DashboardBrowser.StartAsync(host.BaseAddress, "en", ColorScheme.Dark, width: 390);
        string[] views =
        [
            "", "clusters", "clusters/1", "users", .. users.Where((_, u) => u % 12 == 0).Select(user => $"users/{Uri.EscapeDataString(user)}"), "map", "clusterings",
            $"clusterings/{second["id"]}", $"clusterings/{first["id"]}/compare/{second["id"]}", "data", "feedback",
        ];
        foreach (string view in views)
        {
            await browser.OpenAsync(view);
            await browser.AssertSoundAsync(view);
        }

        var one = await host.Client.ClusterAsync(new { encoder = "svd", clusters = 1, seed = 1, publish = "manual" });
        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{one["id"]}/publish");
        await browser.OpenAsync("");
        await Assertions.Expect(browser.Page.GetByText("All users are in one cluster")).ToBeVisibleAsync();
        await browser.AssertSoundAsync("one cluster");

        // Its feedback is of a cluster that is no longer published.
        await browser.OpenAsync("feedback");
        await Assertions.Expect(browser.Page.GetByText(GoneCluster())).ToHaveCountAsync(1);
        await browser.AssertSoundAsync("feedback of a former cluster");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-CN")]
    public async Task An_empty_service_says_what_to_do_next(string locale)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await using var browser = await DashboardBrowser.StartAsync(host.BaseAddress, locale);
        foreach (string view in _views)
        {
            await browser.OpenAsync(view);
            await browser.AssertSoundAsync(view);
        }

        await browser.OpenAsync("");
        await browser.Page.Locator("main a[href='#/data']").ClickAsync();
        await Assertions.Expect(browser.Page.Locator(".drop")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_key_is_asked_for_and_sent()
    {
        const string key = "a-key-for-the-dashboard";
        await using var host = await ApiHost.StartAsync(
            await postgres.CreateDatabaseAsync(), "--environment=Production", "--InterestService:ApiKeys:0:Name=analyst",
            $"--InterestService:ApiKeys:0:Key={key}", "--InterestService:ApiKeys:0:Scopes:0=interests:read");
        await using var browser = await DashboardBrowser.StartAsync(host.BaseAddress);
        await browser.OpenAsync("clusters");
        await browser.Page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "API key" }).ClickAsync();
        await browser.Page.GetByLabel("X-API-Key").FillAsync(key);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByText("Nothing is published yet")).ToBeVisibleAsync();
    }

    /// <summary>Draws a lasso around the whole map: all of its users are listed, until the selection is cleared.</summary>
    private static async Task AssertLassoSelectsAsync(IPage page)
    {
        string users = await page.Locator("main .tile dd").First.InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Lasso" }).ClickAsync();
        var map = page.Locator("main .map canvas");
        await map.ScrollIntoViewIfNeededAsync();
        var box = (await map.BoundingBoxAsync())!;
        (float X, float Y)[] corners = [(.01f, .01f), (.99f, .01f), (.99f, .99f), (.01f, .99f)];
        await page.Mouse.MoveAsync(box.X + corners[0].X * box.Width, box.Y + corners[0].Y * box.Height);
        await page.Mouse.DownAsync();
        foreach (var (x, y) in corners.Skip(1)) await page.Mouse.MoveAsync(box.X + x * box.Width, box.Y + y * box.Height, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        var selected = page.GetByRole(AriaRole.Heading, new() { Name = $"{users} selected users" });
        await Assertions.Expect(selected).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear selection" }).ClickAsync();
        await Assertions.Expect(selected).ToHaveCountAsync(0);
    }

    /// <summary>A part of a page whose request fails leaves the others, and loads when it is tried again.</summary>
    private static async Task AssertPartTriesAgainAsync(DashboardBrowser browser)
    {
        await using var failing = await DashboardBrowser.StartAsync(browser.Service);
        await failing.Page.RouteAsync("**/drift", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{"title":"The database cannot be reached.","status":503}""",
        }));
        await failing.OpenAsync("");
        await Assertions.Expect(failing.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(new Regex("The database cannot be reached"));
        await Assertions.Expect(failing.Page.GetByRole(AriaRole.Heading, new() { Name = "Clusters by size" })).ToBeVisibleAsync();
        await failing.Page.UnrouteAllAsync();
        await failing.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(failing.Page.GetByText("Users drifted").First).ToBeVisibleAsync();
        await Assertions.Expect(failing.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    /// <summary>Clicks on the dot of the user who was searched for, which is in the middle of the map.</summary>
    private static async Task ClickDotAsync(IPage page)
    {
        var map = page.Locator("main .map canvas");
        var box = (await map.BoundingBoxAsync())!;
        await map.ClickAsync(new() { Position = new() { X = box.Width / 2, Y = box.Height / 2 } });
    }

    /// <summary>Starts a clustering by the form and follows it to its end.</summary>
    /// <returns>Its id.</returns>
    private static async Task<string> StartAsync(DashboardBrowser browser, string encoder)
    {
        await browser.OpenAsync("clusterings/new");
        await browser.Page.GetByLabel("encoder", new() { Exact = true }).FillAsync(encoder);
        await browser.Page.GetByLabel("clusters", new() { Exact = true }).FillAsync("4");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Start a clustering" }).ClickAsync();
        await Assertions.Expect(browser.Page).ToHaveURLAsync(ClusteringAddress());
        await Assertions.Expect(browser.Page.GetByText("succeeded", new() { Exact = true })).ToBeVisibleAsync();
        await browser.SettleAsync();
        return new Uri(browser.Page.Url).Fragment.Split('/')[^1];
    }

    [GeneratedRegex("^Cluster [0-9]+$")]
    private static partial Regex GoneCluster();

    /// <summary>Ids are time-ordered, and begin with 0 for centuries.</summary>
    [GeneratedRegex("#/clusterings/0")]
    private static partial Regex ClusteringAddress();
}
