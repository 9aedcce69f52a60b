using System.Text.Json;
using System.Text.Json.Serialization;
using InterestService.Api.Requests;

namespace InterestService.Api.Hosting.Http;

/// <summary>Serializer options for requests and responses.</summary>
internal static class Json
{
    public static void AddJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.Converters.Add(new StorableTextConverter());
        json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        json.SerializerOptions.TypeInfoResolver = RegisteredOptions.CreateJsonResolver();
    });
}
