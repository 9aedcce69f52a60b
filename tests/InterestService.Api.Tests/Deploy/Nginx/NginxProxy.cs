using System.Globalization;
using InterestService.Api.Tests.Support;
using InterestService.EmbeddedPostgres;
using InterestService.Harness;

namespace InterestService.Api.Tests.Deploy.Nginx;

/// <summary>nginx with a file of <c>deploy/nginx</c>, in which the addresses of this machine are filled in.</summary>
internal sealed class NginxProxy : IAsyncDisposable
{
    private readonly TestFolder _folder;

    private NginxProxy(TestFolder folder, Uri address) => (_folder, Address) = (folder, address);

    public Uri Address { get; }

    /// <summary>Starts nginx; skips the test where it is not installed.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="servers">The names that it gives processes, as <c>api-1:8080</c>, with the addresses to put in their place.</param>
    public static async Task<NginxProxy> StartAsync(string file, params (string Name, Uri Address)[] servers)
    {
        var folder = new TestFolder();
        folder.SetMode("777"); // its workers run as another user
        int port = FreePort.Next();
        string site = await File.ReadAllTextAsync(Repository.File($"deploy/nginx/{file}"), TestContext.Current.CancellationToken);
        foreach (var (name, address) in servers)
        {
            Assert.Contains(name, site, StringComparison.Ordinal);
            site = site.Replace(name, address.Authority, StringComparison.Ordinal);
        }

        site = site.Replace("listen 80;", string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port};"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "site.conf"), site, TestContext.Current.CancellationToken);
        File.Copy(Repository.File("deploy/nginx/interestservice-proxy.inc"), Path.Combine(folder.Path, "interestservice-proxy.inc"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "nginx.conf"),
            $$"""
            pid {{folder.Path}}/nginx.pid;
            error_log {{folder.Path}}/error.log;
            events {}
            http {
                access_log off;
                client_body_temp_path {{folder.Path}}/body;
                proxy_temp_path {{folder.Path}}/proxy;
                fastcgi_temp_path {{folder.Path}}/fastcgi;
                uwsgi_temp_path {{folder.Path}}/uwsgi;
                scgi_temp_path {{folder.Path}}/scgi;
                include {{folder.Path}}/site.conf;
            }
            """,
            TestContext.Current.CancellationToken);
        var proxy = new NginxProxy(folder, new Uri($"http://127.0.0.1:{port}"));
        try
        {
            (await proxy.RunAsync("-e", Path.Combine(folder.Path, "error.log"))).AssertSucceeded();
            return proxy;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not by TestContext: a test that was cancelled must not leave it running.
        string pid = Path.Combine(_folder.Path, "nginx.pid");
        (await RunAsync("-s", "quit", "-e", Path.Combine(_folder.Path, "error.log"))).AssertSucceeded();
        while (File.Exists(pid)) await Task.Delay(20);
        _folder.Dispose();
    }

    private Task<ExternalProgram> RunAsync(params string[] arguments) =>
        ExternalProgram.RunAsync("/usr/sbin/nginx", ["-c", Path.Combine(_folder.Path, "nginx.conf"), "-p", _folder.Path, .. arguments]);
}
