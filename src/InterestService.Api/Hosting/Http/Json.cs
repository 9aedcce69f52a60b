using System.Text.Json.Serialization;
using InterestService.Api.Requests;

namespace InterestService.Api.Hosting.Http;

/// <summary>Serializer options for requests and responses. A request has no field that is not known, and none twice.</summary>
internal static class Json
{
    public static void AddJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.Converters.Add(new StorableTextConverter());
        foreach (var converter in PlainValues.Converters) json.SerializerOptions.Converters.Add(converter);
        json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.SerializerOptions.AllowDuplicateProperties = false;
        json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        json.SerializerOptions.TypeInfoResolver = RegisteredOptions.CreateJsonResolver();
    });
}
