namespace InterestService.Api.Tests.Demo;

/// <summary>The examples of the OpenAPI document, with which Swagger UI fills its forms, on the data of the demo.</summary>
[Collection(nameof(DemoHost))]
public sealed class DocumentedExamplesTests(DemoHost demo)
{
    [Fact]
    public Task Every_example_is_answered() => DocumentedExamples.AssertAnsweredAsync(demo.Host.Client);
}
