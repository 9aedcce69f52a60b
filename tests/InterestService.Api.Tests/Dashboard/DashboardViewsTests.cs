using System.Text.RegularExpressions;
using InterestService.Api.Tests.Support;
using Microsoft.Playwright;

namespace InterestService.Api.Tests.Dashboard;

/// <summary>Every view in a browser, on a public data set and on an empty service.</summary>
public sealed partial class DashboardViewsTests(PostgresFixture postgres)
{
    private const string Data = "edu_mooced_dlt";

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

        foreach (string view in _views)
        {
            await browser.OpenAsync(view);
            await browser.AssertSoundAsync(view);
        }

        await using var phone = await DashboardBrowser.StartAsync(host.BaseAddress, "zh-CN", ColorScheme.Dark, width: 390);
        foreach (string view in _views.Concat([$"clusters/{clusters["items"]![0]!["id"]}", $"users/{user}", $"clusterings/{first}", $"clusterings/{first}/compare/{second}"]))
        {
            await phone.OpenAsync(view);
            await phone.AssertSoundAsync($"{view} (zh, dark, 390)");
        }
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

    /// <summary>Clicks on the dot of the user who was searched for, which is in the middle of the map.</summary>
    private static async Task ClickDotAsync(IPage page)
    {
        var map = page.Locator("main .canvas canvas").First;
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

    /// <summary>Ids are time-ordered, and begin with 0 for centuries.</summary>
    [GeneratedRegex("#/clusterings/0")]
    private static partial Regex ClusteringAddress();
}
