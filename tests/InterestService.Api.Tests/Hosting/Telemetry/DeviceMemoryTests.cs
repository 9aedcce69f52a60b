using System.Text;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting.Telemetry;

public sealed class DeviceMemoryTests(PostgresFixture postgres)
{
    /// <summary>NVIDIA's management library as a machine with two GPUs has it, of which one does not answer.</summary>
    private const string Library = """
        #include <stdint.h>
        struct memory { unsigned long long total, free, used; };
        int nvmlInit_v2(void) { return 0; }
        int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 2; return 0; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) { *device = (void *)(uintptr_t)(index + 7); return 0; }
        int nvmlDeviceGetMemoryInfo(void *device, struct memory *found) {
            if (device == (void *)8) return 15; /* NVML_ERROR_GPU_IS_LOST */
            found->total = 80ULL << 30; found->free = 77ULL << 30; found->used = 3ULL << 30;
            return 0;
        }
        """;

    [Fact]
    public async Task The_memory_of_each_GPU_that_answers_is_told()
    {
        using var folder = new TestFolder();
        (await ExternalProgram.RunAsync("gcc", ["-shared", "-fPIC", "-x", "c", "-", "-o", Path.Combine(folder.Path, "libnvidia-ml.so.1")], input: Encoding.UTF8.GetBytes(Library))).AssertSucceeded();
        var environment = new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = folder.Path, ["ConnectionStrings__Postgres"] = await postgres.CreateDatabaseAsync() };
        var (service, address) = await LoggedProcess.StartAsync(environment, "--InterestService:Role=Worker", "--InterestService:Metrics=Open");
        await using var running = service;
        using var client = new HttpClient { BaseAddress = address };
        var scrape = new Scrape(await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
        Assert.Equal(3.0 * (1 << 30), scrape.Find("hw_gpu_memory_usage_bytes", ("hw_id", "0")));
        Assert.Equal(80.0 * (1 << 30), scrape.Find("hw_gpu_memory_limit_bytes", ("hw_id", "0")));
        Assert.Null(scrape.Find("hw_gpu_memory_usage_bytes", ("hw_id", "1")));
    }
}
