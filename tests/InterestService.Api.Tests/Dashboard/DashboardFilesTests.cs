using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Dashboard;

public sealed partial class DashboardFilesTests(PostgresFixture postgres)
{
    private const int MaximumBytes = 1_500_000;

    private static readonly string _root = Repository.File("src/InterestService.Api/wwwroot");

    private static IEnumerable<string> Addresses => Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories)
        .Select(file => $"/{Path.GetRelativePath(_root, file).Replace('\\', '/')}")
        .Select(path => path == "/dashboard/index.html" ? "/dashboard" : path);

    [Fact]
    public async Task The_root_leads_to_the_dashboard()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var page = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("/dashboard", page.RequestMessage?.RequestUri?.AbsolutePath);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Every_file_has_its_type_a_strong_ETag_and_a_policy_without_inline_code()
    {
        await using var host = await ApiHost.StartAsync(
            await postgres.CreateDatabaseAsync(), "--environment=Production", "--InterestService:ApiKeys:0:Name=reader",
            "--InterestService:ApiKeys:0:Key=a-key-that-pages-do-not-need", "--InterestService:ApiKeys:0:Scopes:0=interests:read");
        int bytes = 0;
        foreach (string address in Addresses)
        {
            using var file = await host.Client.GetAsync(address, TestContext.Current.CancellationToken);
            Assert.True(file.StatusCode == HttpStatusCode.OK, $"{address}: {file.StatusCode}");
            Assert.Equal(ContentType(address), file.Content.Headers.ContentType?.MediaType);
            Assert.True(file.Headers.ETag is { IsWeak: false }, address);
            Assert.True(file.Headers.CacheControl is { Public: true, NoCache: true }, address);
            string policy = Assert.Single(file.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            bytes += (await file.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length;

            using var again = new HttpRequestMessage(HttpMethod.Get, address);
            again.Headers.IfNoneMatch.Add(file.Headers.ETag);
            using var known = await host.Client.SendAsync(again, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        }

        Assert.InRange(bytes, 1, MaximumBytes);
    }

    [Fact]
    public async Task Gzip_is_another_representation_with_an_ETag_of_its_own()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var plain = await host.Client.GetAsync("/dashboard/app.js", TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dashboard/app.js");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var packed = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
        Assert.Contains("Accept-Encoding", packed.Headers.Vary);
        await using var body = new System.IO.Compression.GZipStream(
            await packed.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(body);
        Assert.Equal(
            await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Both_languages_have_the_same_texts_and_terms_with_the_same_placeholders()
    {
        var english = Entries("en");
        var chinese = Entries("zh");
        Assert.NotEmpty(english);
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), chinese.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in english)
            Assert.True(Placeholders(text).SequenceEqual(Placeholders(chinese[key])), $"{key}: {text} / {chinese[key]}");
    }

    /// <summary>The entries of a dictionary by their keys; texts are in quotes, terms in brackets.</summary>
    private static Dictionary<string, string> Entries(string language)
    {
        string[] parts = File.ReadAllText(Path.Combine(_root, $"dashboard/i18n/{language}.js")).Split("terms: {");
        return parts.SelectMany((part, i) => Entry().Matches(part).Select(match => (Key: $"{i} {match.Groups[1].Value}", Text: match.Groups[2].Value)))
            .ToDictionary(entry => entry.Key, entry => entry.Text, StringComparer.Ordinal);
    }

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    private static string ContentType(string address) => Path.GetExtension(address) switch
    {
        "" => "text/html",
        ".js" => "text/javascript",
        ".css" => "text/css",
        ".svg" => "image/svg+xml",
        _ => "text/plain",
    };

    [GeneratedRegex(@"(?<=[\s,{])'?([\w.]+)'?: (\['.*?(?<!\\)'\]|'.*?(?<!\\)')")]
    private static partial Regex Entry();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
